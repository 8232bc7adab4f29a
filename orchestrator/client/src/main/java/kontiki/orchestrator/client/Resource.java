package kontiki.orchestrator.client;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The operations on one kind of object, in one namespace or in all. Immutable; used by many
 * threads. Every operation throws {@link ApiException} when the server refuses it or cannot be
 * reached, and waits no longer than {@link ApiRequest#DEFAULT_TIMEOUT} for an answer.
 */
public final class Resource<T extends HasMetadata> {
  /** The chunk size of {@link #listAll}. */
  public static final int CHUNK = 500;

  private static final String JSON_TYPE = "application/json";

  private final ApiClient client;
  private final ResourceRef ref;
  private final Class<T> type;
  private final @Nullable String namespace;

  Resource(ApiClient client, ResourceRef ref, Class<T> type, @Nullable String namespace) {
    this.client = client;
    this.ref = ref;
    this.type = type;
    this.namespace = namespace;
  }

  public ResourceRef ref() {
    return ref;
  }

  /** The same kind in one namespace; ignored for kinds that have none. */
  public Resource<T> inNamespace(String name) {
    return new Resource<>(client, ref, type, ref.namespaced() ? name : null);
  }

  public T get(String name) {
    return client.read(client.request("GET", ref.path(namespace, name, null), null, null), type);
  }

  /** The object, or empty where there is none of that name. */
  public Optional<T> find(String name) {
    try {
      return Optional.of(get(name));
    } catch (ApiException e) {
      if (e.isNotFound()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** One list request: everything, or one chunk where the options have a limit. */
  public ResourceList<T> list(ListOptions options) {
    String path = ref.path(namespace, null, null) + options.query(false);
    return ListReader.read(client.request("GET", path, null, null), type);
  }

  /** Every item, read in chunks; the version is that of the first chunk's snapshot. */
  public ResourceList<T> listAll(ListOptions options) {
    List<T> items = new ArrayList<>();
    ResourceList<T> chunk = list(options.page(CHUNK, null));
    items.addAll(chunk.items());
    while (chunk.continueToken() != null) {
      chunk = list(options.page(CHUNK, chunk.continueToken()));
      items.addAll(chunk.items());
    }
    return new ResourceList<>(items, chunk.resourceVersion(), null);
  }

  public T create(T object) {
    String path = ref.path(namespaceOf(object), null, null);
    return client.read(client.request("POST", path, JSON_TYPE, Json.write(object)), type);
  }

  /** Replaces the object; with a resource version in it, only if that is still the current one. */
  public T update(T object) {
    return put(object, null);
  }

  /** Replaces the status only. */
  public T updateStatus(T object) {
    return put(object, "status");
  }

  private T put(T object, @Nullable String subresource) {
    String path = ref.path(namespaceOf(object), nameOf(object), subresource);
    return client.read(client.request("PUT", path, JSON_TYPE, Json.write(object)), type);
  }

  /** Patches the object or, with a subresource such as {@code status}, that part of it. */
  public T patch(String name, PatchType form, byte[] patch, @Nullable String subresource) {
    String path = ref.path(namespace, name, subresource);
    return client.read(client.request("PATCH", path, form.contentType(), patch), type);
  }

  /** A merge patch given as maps, lists and scalars. */
  public T mergePatch(String name, Object patch) {
    return patch(name, PatchType.MERGE, Json.write(patch), null);
  }

  /** A merge patch of the status subresource given as maps, lists and scalars. */
  public T mergePatchStatus(String name, Object patch) {
    return patch(name, PatchType.MERGE, Json.write(patch), "status");
  }

  /** Asks for deletion; the object may live on until its finalizers or its grace period end. */
  public void delete(String name, DeleteOptions options) {
    client.request("DELETE", ref.path(namespace, name, null), JSON_TYPE, options.json());
  }

  /** Deletes; false where there was nothing of that name. */
  public boolean deleteIfPresent(String name, DeleteOptions options) {
    try {
      delete(name, options);
      return true;
    } catch (ApiException e) {
      if (e.isNotFound()) {
        return false;
      }
      throw e;
    }
  }

  /** Deletes every object that the list options select. */
  public void deleteCollection(DeleteOptions options, ListOptions which) {
    String path = ref.path(namespace, null, null) + which.query(false);
    client.request("DELETE", path, JSON_TYPE, options.json());
  }

  /** POSTs or PUTs a body to a subresource such as binding, eviction or finalize. */
  public byte[] subresource(String method, String name, String subresource, Object body) {
    String path = ref.path(namespace, name, subresource);
    return client.request(method, path, JSON_TYPE, Json.write(body));
  }

  /** Opens a watch; the caller closes it. */
  public Watch<T> watch(ListOptions options) {
    String path = ref.path(namespace, null, null) + options.query(true);
    return new Watch<>(client.open(ApiRequest.get(path)), type, client.server());
  }

  private @Nullable String namespaceOf(T object) {
    if (!ref.namespaced()) {
      return null;
    }
    String own = object.getMetadata().getNamespace();
    String found = own != null ? own : namespace;
    if (found == null) {
      throw new IllegalArgumentException("a " + ref.kind() + " needs a namespace");
    }
    return found;
  }

  private static String nameOf(HasMetadata object) {
    ObjectMeta meta = object.getMetadata();
    if (meta.getName() == null) {
      throw new IllegalArgumentException("an object to replace needs a name");
    }
    return meta.getName();
  }
}
