package kontiki.orchestrator.api.defaults;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import kontiki.orchestrator.api.tree.JsonObject;
import org.jspecify.annotations.Nullable;

/** The defaults of namespaces, nodes, limits, role bindings, fairness and tokens. */
final class ClusterDefaults {
  private static final String NAME_LABEL = "kubernetes.io/metadata.name";
  private static final String RBAC = "rbac.authorization.k8s.io";

  private ClusterDefaults() {}

  /** What is given as text in stringData takes its place in data, in base64. */
  static void secret(JsonObject secret) {
    Absent.text(secret, "type", "Opaque");
    if (secret.remove("stringData") instanceof JsonObject texts && !texts.isEmpty()) {
      JsonObject data = secret.ensureObject("data");
      for (String key : texts.keys()) {
        byte[] bytes = texts.string(key, "").getBytes(StandardCharsets.UTF_8);
        data.put(key, Base64.getEncoder().encodeToString(bytes));
      }
    }
  }

  static void namespace(JsonObject namespace) {
    JsonObject metadata = namespace.ensureObject("metadata");
    String name = metadata.string("name", "");
    if (!name.isEmpty()) {
      metadata.ensureObject("labels").put(NAME_LABEL, name);
    }
    Absent.text(namespace.ensureObject("status"), "phase", "Active");
  }

  static void node(JsonObject node) {
    JsonObject status = node.object("status");
    if (status != null) {
      PodDefaults.roundUp(status.object("capacity"));
      PodDefaults.roundUp(status.object("allocatable"));
      Absent.map(status, "allocatable", status.object("capacity"));
    }
  }

  static void limitRange(JsonObject range) {
    for (JsonObject item : range.ensureObject("spec").objects("limits")) {
      if (item.string("type", "").equals("Container")) {
        inherit(item.ensureObject("default"), item.object("max"));
        inherit(item.ensureObject("defaultRequest"), item.object("default"));
        inherit(item.ensureObject("defaultRequest"), item.object("min"));
      }
    }
  }

  private static void inherit(JsonObject amounts, @Nullable JsonObject from) {
    if (from != null) {
      from.forEach((name, amount) -> {
        if (amount != null) {
          Absent.put(amounts, name, amount);
        }
      });
    }
  }

  static void roleBinding(JsonObject binding) {
    JsonObject roleRef = binding.object("roleRef");
    if (roleRef != null) {
      Absent.text(roleRef, "apiGroup", RBAC);
    }
    for (JsonObject subject : binding.objects("subjects")) {
      String kind = subject.string("kind", "");
      if (kind.equals("User") || kind.equals("Group")) {
        Absent.text(subject, "apiGroup", RBAC);
      }
    }
  }

  static void flowSchema(JsonObject schema) {
    Absent.number(schema.ensureObject("spec"), "matchingPrecedence", 1000);
  }

  static void priorityLevel(JsonObject level) {
    JsonObject spec = level.ensureObject("spec");
    JsonObject exempt = spec.object("exempt");
    if (exempt != null) {
      Absent.put(exempt, "nominalConcurrencyShares", 0);
      Absent.put(exempt, "lendablePercent", 0);
    }
    JsonObject limited = spec.object("limited");
    if (limited != null) {
      Absent.put(limited, "nominalConcurrencyShares", 30);
      Absent.put(limited, "lendablePercent", 0);
      JsonObject queuing = limited.objectAt("limitResponse", "queuing");
      if (queuing != null) {
        Absent.number(queuing, "handSize", 8);
        Absent.number(queuing, "queues", 64);
        Absent.number(queuing, "queueLengthLimit", 50);
      }
    }
  }

  static void tokenRequest(JsonObject request) {
    Absent.put(request.ensureObject("spec"), "expirationSeconds", 3600);
  }
}
