from inventory.models.files import StockCheck, StockFile, StockFileState
from inventory.models.movements import (
    Dispatch,
    Earmark,
    Operation,
    StockJournal,
    StockMovement,
    StockPosition,
)
from inventory.models.places import Channel, Location, LocationKind, WasteCause
from inventory.models.products import Batch, OpenVialPolicy, Vaccine
from inventory.models.watching import (
    DeclaredFigure,
    NamedBatch,
    PhysicalCount,
    Requisition,
    RequisitionFilling,
    RequisitionState,
    StockLevel,
    VialMonitorReading,
)

__all__ = [
    "Batch",
    "Channel",
    "DeclaredFigure",
    "Dispatch",
    "Earmark",
    "Location",
    "LocationKind",
    "NamedBatch",
    "OpenVialPolicy",
    "Operation",
    "PhysicalCount",
    "Requisition",
    "RequisitionFilling",
    "RequisitionState",
    "StockCheck",
    "StockFile",
    "StockFileState",
    "StockJournal",
    "StockLevel",
    "StockMovement",
    "StockPosition",
    "Vaccine",
    "VialMonitorReading",
    "WasteCause",
]
