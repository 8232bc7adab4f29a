package kontiki.orchestrator.apiserver.admission;

import java.util.List;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.apiserver.cache.CachedObject;
import kontiki.orchestrator.apiserver.registry.Call;
import kontiki.orchestrator.apiserver.registry.StoredForm;
import kontiki.orchestrator.apiserver.registry.StoredResource;
import kontiki.orchestrator.apiserver.storage.Storage;
import org.jspecify.annotations.Nullable;

/**
 * Gives pods a service account, and its token in a projected volume at the place where clients in
 * pods look for it.
 */
public final class ServiceAccountAdmission implements AdmissionPlugin {
  /** One hour and seven seconds, by which a token of this server is recognized in the field. */
  static final long TOKEN_SECONDS = 3_607;

  private static final String MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";
  private static final String VOLUME_PREFIX = "kube-api-access-";
  private static final String MIRROR = "kubernetes.io/config.mirror";
  private static final int FILE_MODE = 420;

  private final StoredResource accounts;
  private final Storage storage;

  public ServiceAccountAdmission(StoredResource accounts, Storage storage) {
    this.accounts = accounts;
    this.storage = storage;
  }

  @Override
  public String name() {
    return "ServiceAccount";
  }

  @Override
  public void admit(AdmissionRequest request) {
    JsonObject pod = request.object();
    if (pod == null
        || request.operation() != AdmissionRequest.Operation.CREATE
        || !request.isMain("", "pods")) {
      return;
    }
    JsonObject spec = pod.ensureObject("spec");
    if (pod.at("metadata", "annotations", MIRROR) != null) {
      return;
    }
    String name = spec.string("serviceAccountName", "");
    if (name.isEmpty()) {
      name = "default";
      spec.put("serviceAccountName", name);
    }
    spec.put("serviceAccount", name);
    Call call = request.call();
    JsonObject account = find(call.namespace(), name);
    if (account == null) {
      throw call.resource()
          .forbidden(
              call.name(),
              "error looking up service account "
                  + call.namespace()
                  + "/"
                  + name
                  + ": serviceaccount \""
                  + name
                  + "\" not found");
    }
    if (mounts(spec, account)) {
      mount(spec);
    }
    if (spec.objects("imagePullSecrets").isEmpty()
        && !account.objects("imagePullSecrets").isEmpty()) {
      spec.put("imagePullSecrets", JsonArray.copyOf(account.objects("imagePullSecrets")));
    }
  }

  private @Nullable JsonObject find(String namespace, String name) {
    String key = accounts.key(namespace, name);
    CachedObject cached = accounts.cache().get(key);
    if (cached != null) {
      return cached.tree();
    }
    Storage.Entry entry = storage.get(key).entry();
    return entry == null ? null : StoredForm.decode(entry);
  }

  private static boolean mounts(JsonObject spec, JsonObject account) {
    Object own = spec.get("automountServiceAccountToken");
    Object inherited = account.get("automountServiceAccountToken");
    return own != null ? own.equals(true) : inherited == null || inherited.equals(true);
  }

  private static void mount(JsonObject spec) {
    String volume = "";
    for (JsonObject each : spec.objects("volumes")) {
      if (each.string("name", "").startsWith(VOLUME_PREFIX)) {
        volume = each.string("name", "");
      }
    }
    String name = volume.isEmpty() ? VOLUME_PREFIX + RandomSuffix.next() : volume;
    boolean needed = false;
    for (String list : List.of("initContainers", "containers")) {
      for (JsonObject container : spec.objects(list)) {
        boolean mounted =
            container.objects("volumeMounts").stream()
                .anyMatch(mount -> mount.string("mountPath", "").equals(MOUNT_PATH));
        if (!mounted) {
          needed = true;
          container
              .ensureList("volumeMounts")
              .add(JsonObject.of("name", name, "readOnly", true, "mountPath", MOUNT_PATH));
        }
      }
    }
    if (needed && volume.isEmpty()) {
      spec.ensureList("volumes").add(volume(name));
    }
  }

  private static JsonObject volume(String name) {
    JsonObject token = JsonObject.of("expirationSeconds", TOKEN_SECONDS, "path", "token");
    JsonObject authority =
        JsonObject.of(
            "name",
            "kube-root-ca.crt",
            "items",
            JsonArray.of(JsonObject.of("key", "ca.crt", "path", "ca.crt")));
    JsonObject field = JsonObject.of("apiVersion", "v1", "fieldPath", "metadata.namespace");
    JsonObject downward =
        JsonObject.of("items", JsonArray.of(JsonObject.of("path", "namespace", "fieldRef", field)));
    JsonArray sources =
        JsonArray.of(
            JsonObject.of("serviceAccountToken", token),
            JsonObject.of("configMap", authority),
            JsonObject.of("downwardAPI", downward));
    return JsonObject.of(
        "name",
        name,
        "projected",
        JsonObject.of("sources", sources, "defaultMode", (long) FILE_MODE));
  }
}
