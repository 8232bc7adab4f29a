package kontiki.orchestrator.api.defaults;

import java.util.List;
import java.util.Locale;
import kontiki.orchestrator.api.tree.JsonObject;
import org.jspecify.annotations.Nullable;

/** The defaults of webhooks, policies, custom resource definitions and aggregated servers. */
final class ExtensionDefaults {
  private static final int HTTPS = 443;

  private ExtensionDefaults() {}

  static void mutating(JsonObject configuration) {
    for (JsonObject webhook : configuration.objects("webhooks")) {
      webhook(webhook);
      Absent.put(webhook, "reinvocationPolicy", "Never");
    }
  }

  static void validating(JsonObject configuration) {
    configuration.objects("webhooks").forEach(ExtensionDefaults::webhook);
  }

  private static void webhook(JsonObject webhook) {
    Absent.put(webhook, "failurePolicy", "Fail");
    Absent.put(webhook, "timeoutSeconds", 10);
    matching(webhook);
    scopes(webhook.objects("rules"));
    JsonObject client = webhook.object("clientConfig");
    servicePort(client == null ? null : client.object("service"));
  }

  private static void matching(JsonObject matcher) {
    Absent.put(matcher, "matchPolicy", "Equivalent");
    Absent.put(matcher, "namespaceSelector", new JsonObject());
    Absent.put(matcher, "objectSelector", new JsonObject());
  }

  private static void scopes(List<JsonObject> rules) {
    for (JsonObject rule : rules) {
      Absent.put(rule, "scope", "*");
    }
  }

  private static void resources(@Nullable JsonObject matcher) {
    if (matcher != null) {
      matching(matcher);
      scopes(matcher.objects("resourceRules"));
      scopes(matcher.objects("excludeResourceRules"));
    }
  }

  static void policy(JsonObject policy) {
    JsonObject spec = policy.ensureObject("spec");
    Absent.put(spec, "failurePolicy", "Fail");
    resources(spec.object("matchConstraints"));
  }

  static void policyBinding(JsonObject binding) {
    resources(binding.ensureObject("spec").object("matchResources"));
  }

  private static void servicePort(@Nullable JsonObject service) {
    if (service != null) {
      Absent.put(service, "port", HTTPS);
    }
  }

  static void definition(JsonObject definition) {
    JsonObject spec = definition.ensureObject("spec");
    JsonObject names = spec.ensureObject("names");
    String kind = names.string("kind", "");
    Absent.text(names, "singular", kind.toLowerCase(Locale.ROOT));
    if (!kind.isEmpty()) {
      Absent.text(names, "listKind", kind + "List");
    }
    JsonObject conversion = spec.ensureObject("conversion");
    Absent.text(conversion, "strategy", "None");
    JsonObject client = conversion.objectAt("webhook", "clientConfig");
    servicePort(client == null ? null : client.object("service"));
  }

  static void apiService(JsonObject apiService) {
    servicePort(apiService.ensureObject("spec").object("service"));
  }
}
