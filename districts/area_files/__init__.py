"""Files about areas: directories of the LGD and tables of populations.

``importing.import_file`` takes any of them: ``tables`` reads the file and tells what it is, ``directory`` or
``populations`` compares it with the tree and writes, ``report`` says what became of every row.
"""
