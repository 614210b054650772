/* What a device keeps, in IndexedDB: the pages and the service worker read and write it here.

   kits      what stands for my units and days (aggregate counts, codes and names of places)
   drafts    what is typed and not sent
   queue     reports on their way, in order
   receipts  what the server has accepted of them
   meta      whose device it is now ("user"), and its language

   Everything but meta carries the id of its user. No name of a person is kept. */
"use strict";

self.abhiyan = self.abhiyan || {};

abhiyan.store = (() => {
  const SHEET = ["user", "slug", "unit", "day"];
  let opening = null;

  const upgrade = (database) => {
    database.createObjectStore("meta");
    database.createObjectStore("kits", { keyPath: ["user", "slug"] });
    database.createObjectStore("drafts", { keyPath: SHEET });
    database.createObjectStore("receipts", { keyPath: SHEET });
    database.createObjectStore("queue", { keyPath: "id", autoIncrement: true });
  };

  const open = () => {
    opening ??= new Promise((resolve, reject) => {
      const request = indexedDB.open("abhiyan", 1);
      request.onupgradeneeded = () => upgrade(request.result);
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        // Another tab that brings a newer version must not wait for this one.
        request.result.onversionchange = () => {
          request.result.close();
          opening = null;
        };
        resolve(request.result);
      };
    });
    return opening;
  };

  const answer = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });

  /* All of ``work`` is kept or none. ``work`` may only wait for the stores it is given: a transaction ends when
     nothing is asked of it. ``isOnDisk``: done is only what would survive the battery. */
  const change = async (names, work, { isOnDisk = false } = {}) => {
    const database = await open();
    const durability = isOnDisk ? "strict" : "relaxed";
    const transaction = database.transaction(names, "readwrite", { durability });
    const done = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    const stores = Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)]));
    let result;
    try {
      result = await work(stores, answer);
    } catch (fault) {
      transaction.abort();
      await done.catch(() => {});
      throw fault;
    }
    await done;
    return result;
  };

  const read = async (name, ask) => answer(ask((await open()).transaction(name).objectStore(name)));

  const get = (name, key) => read(name, (store) => store.get(key));
  const all = (name) => read(name, (store) => store.getAll());
  const of = async (name, user) => (await all(name)).filter((one) => one.user === user);
  const put = (name, value, key) => change([name], async (stores, ask) => ask(stores[name].put(value, key)));
  const remove = (name, key) => change([name], async (stores, ask) => ask(stores[name].delete(key)));

  const kitsOf = (user) => read("kits", (store) => store.getAll(IDBKeyRange.bound([user], [user, []])));

  /* The counts of whoever was here go; what is unsent stays, under the id of its user. */
  const forget = () =>
    change(["kits", "receipts", "meta"], async (stores) => {
      stores.kits.clear();
      stores.receipts.clear();
      stores.meta.delete("user");
    });

  /* ``user`` has signed in here. */
  const welcome = async (user) => {
    const before = await get("meta", "user");
    if (before === user) return false;
    const others = (await all("kits")).some((kit) => kit.user !== user);
    if (others) await forget();
    await put("meta", user, "user");
    return true;
  };

  return { answer, change, get, all, of, put, remove, kitsOf, forget, welcome };
})();
