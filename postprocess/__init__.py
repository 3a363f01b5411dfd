"""Reading run directories: series, fields, void statistics, figures, pictures and the report."""

from lithovoid.postprocess.settings import import_matplotlib

import_matplotlib()
