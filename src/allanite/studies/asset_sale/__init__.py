"""Would this sale or stake give its buyer a choke point (Q11)?

`request` is what is asked, `made` what each place makes by stage and element, `control` who
decides on a place, `shares` what the buyer decides on before and after, `ownership` who stands
behind the buyer, `notices` which rules may ask, `study` joins them.
"""
