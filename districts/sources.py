"""The sources of populations, each under one name, so that a file loaded twice meets its own rows."""

# short name in the project's own table → Population.source
POPULATION_SOURCES = {
    "census": "Census of India 2011",
    # Districts that gave up or gained territory since: the count is not one of today's district.
    "census_then": "Census of India 2011, boundaries of 2011",
    "covid19india": "covid19india.org",
    "ncp": "Population Projections for India and States 2011-2036",
    "iips": "IIPS district projections, boundaries of 2011",
}

# Population.source → the same in Hindi, where a page names it in that language.
SOURCES_IN_HINDI = {
    "Census of India 2011": "भारत की जनगणना 2011",
    "Census of India 2011, boundaries of 2011": "भारत की जनगणना 2011, 2011 की सीमाएँ",
    "Population Projections for India and States 2011-2036": "भारत और राज्यों के जनसंख्या प्रक्षेपण 2011-2036",
    "IIPS district projections, boundaries of 2011": "आईआईपीएस के ज़िला प्रक्षेपण, 2011 की सीमाएँ",
}
