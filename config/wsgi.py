import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

try:
    application = get_wsgi_application()
except ImproperlyConfigured as error:
    print(f"Abhiyan does not start. {error}", file=sys.stderr)
    # gunicorn reads 3 as "will never boot" and stops; after any other code it starts a worker again for ever.
    sys.exit(3)
