from django.urls import path

from inventory.api import balances, expiring, given, identity, movements, plan, trace

urlpatterns = [
    path("stock/balances/", balances.Balances.as_view(), name="api-stock-balances"),
    path("stock/movements/", movements.Movements.as_view(), name="api-stock-movements"),
    path("stock/identity/", identity.SupplyIdentity.as_view(), name="api-stock-identity"),
    path("stock/expiring/", expiring.Expiring.as_view(), name="api-stock-expiring"),
    path("stock/given/", given.Given.as_view(), name="api-stock-given"),
    path("stock/plan/", plan.Redistribution.as_view(), name="api-stock-plan"),
    path("batches/<int:number>/trace/", trace.Trace.as_view(), name="api-batch-trace"),
]
