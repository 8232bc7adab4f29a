package kontiki.orchestrator.apiserver.cache;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import kontiki.orchestrator.api.tree.Json;
import kontiki.orchestrator.api.tree.JsonLimits;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.apiserver.storage.Storage;

/**
 * One stored object as the API server hands it out: its JSON with the resource version in it, made
 * once, and beside it what selectors look at. Immutable; the byte array is shared and never
 * changed.
 *
 * <p>Stored bytes are canonical: they begin with apiVersion, kind and metadata in this order, and
 * hold no resource version. That lets the resource version be spliced in without parsing, and lets
 * a typed list leave out apiVersion and kind of its items by starting at {@link #bodyOffset}.
 */
public final class CachedObject {
  private static final byte[] METADATA = "\"metadata\":{".getBytes(StandardCharsets.US_ASCII);

  private final String key;
  private final String namespace;
  private final String name;
  private final long revision;
  private final byte[] json;
  private final int bodyOffset;
  private final String apiVersion;
  private final JsonObject labels;
  private final Map<String, String> fields;

  private CachedObject(
      String key,
      long revision,
      byte[] json,
      int bodyOffset,
      JsonObject tree,
      Map<String, String> fields) {
    JsonObject metadata = tree.ensureObject("metadata");
    this.key = key;
    this.apiVersion = tree.string("apiVersion", "");
    this.namespace = metadata.string("namespace", "");
    this.name = metadata.string("name", "");
    this.revision = revision;
    this.json = json;
    this.bodyOffset = bodyOffset;
    JsonObject labels = metadata.object("labels");
    this.labels = labels == null ? new JsonObject() : labels;
    this.fields = fields;
  }

  /** An object from its stored form. */
  public static CachedObject of(Storage.Entry entry, FieldIndex index) {
    return of(entry, Json.parseObject(entry.value(), JsonLimits.TRUSTED), index);
  }

  /** An object whose stored form was just made from this tree. */
  public static CachedObject of(Storage.Entry entry, JsonObject tree, FieldIndex index) {
    byte[] stored = entry.value();
    int bodyOffset = metadataOffset(entry.key(), stored);
    return new CachedObject(
        entry.key(),
        entry.revision(),
        splice(stored, bodyOffset + METADATA.length, entry.revision()),
        bodyOffset,
        tree,
        index.fieldsOf(tree));
  }

  /** The same object, as it was last seen before it was deleted at a revision. */
  public CachedObject deletedAt(long deletionRevision) {
    JsonObject tree = tree();
    tree.ensureObject("metadata").put("resourceVersion", Long.toString(deletionRevision));
    return new CachedObject(key, deletionRevision, Json.write(tree), bodyOffset, tree, fields);
  }

  public String key() {
    return key;
  }

  /** The version in which it is stored. */
  public String apiVersion() {
    return apiVersion;
  }

  public String namespace() {
    return namespace;
  }

  public String name() {
    return name;
  }

  public long revision() {
    return revision;
  }

  /** The whole object as JSON; never to be changed. */
  public byte[] json() {
    return json;
  }

  /**
   * Where in {@link #json} the key metadata begins: what comes before it is apiVersion and kind.
   */
  public int bodyOffset() {
    return bodyOffset;
  }

  public JsonObject labels() {
    return labels;
  }

  /** The fields that field selectors of this resource may name, with their values. */
  public Map<String, String> fields() {
    return fields;
  }

  /** A tree of its own for the caller to change. */
  public JsonObject tree() {
    return Json.parseObject(json, JsonLimits.TRUSTED);
  }

  private static byte[] splice(byte[] stored, int at, long revision) {
    byte[] insert =
        ("\"resourceVersion\":\"" + revision + "\",").getBytes(StandardCharsets.US_ASCII);
    byte[] whole = new byte[stored.length + insert.length];
    System.arraycopy(stored, 0, whole, 0, at);
    System.arraycopy(insert, 0, whole, at, insert.length);
    System.arraycopy(stored, at, whole, at + insert.length, stored.length - at);
    return whole;
  }

  private static int metadataOffset(String key, byte[] stored) {
    int last = stored.length - METADATA.length;
    for (int i = 0; i <= last; i++) {
      int same = 0;
      while (same < METADATA.length && stored[i + same] == METADATA[same]) {
        same++;
      }
      if (same == METADATA.length) {
        return i;
      }
    }
    throw new IllegalStateException("the value of " + key + " in the store is not an object");
  }
}
