"""Opening and sending the setup pages."""

from django.urls import reverse

from campaigns.models import Campaign


def address(name, campaign, *args):
    return reverse(name, args=[campaign.slug, *args])


def page(client, name, campaign, *args):
    response = client.get(address(name, campaign, *args))
    assert response.status_code == 200
    return response.content.decode()


def send(client, name, campaign, data, *args):
    return client.post(address(name, campaign, *args), data, follow=True)


def said(response):
    return [str(message) for message in response.context["messages"]]


def seen(campaign):
    return {"setup_version": Campaign.objects.get(pk=campaign.pk).setup_version}
