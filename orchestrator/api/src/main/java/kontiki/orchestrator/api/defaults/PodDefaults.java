package kontiki.orchestrator.api.defaults;

import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.api.value.ImageName;
import kontiki.orchestrator.api.value.Quantity;
import org.jspecify.annotations.Nullable;

/** The defaults of pods, pod templates and containers. */
final class PodDefaults {
  private PodDefaults() {}

  static void pod(JsonObject pod) {
    JsonObject spec = pod.ensureObject("spec");
    spec(spec);
    Absent.put(spec, "enableServiceLinks", true);
    for (String list : new String[] {"containers", "initContainers"}) {
      for (JsonObject container : spec.objects(list)) {
        requestsFromLimits(container);
        if (spec.bool("hostNetwork")) {
          hostPorts(container);
        }
      }
    }
  }

  static void template(@Nullable JsonObject template) {
    if (template != null) {
      spec(template.ensureObject("spec"));
    }
  }

  static void spec(JsonObject spec) {
    Absent.text(spec, "dnsPolicy", "ClusterFirst");
    Absent.text(spec, "restartPolicy", "Always");
    Absent.put(spec, "securityContext", new JsonObject());
    Absent.put(spec, "terminationGracePeriodSeconds", 30);
    Absent.text(spec, "schedulerName", "default-scheduler");
    for (JsonObject volume : spec.objects("volumes")) {
      VolumeDefaults.volume(volume);
    }
    for (String list : new String[] {"initContainers", "containers", "ephemeralContainers"}) {
      for (JsonObject container : spec.objects(list)) {
        container(container);
      }
    }
    roundUp(spec.object("overhead"));
    JsonObject resources = spec.object("resources");
    if (resources != null) {
      roundUp(resources.object("limits"));
      roundUp(resources.object("requests"));
    }
  }

  private static void container(JsonObject container) {
    Absent.text(container, "imagePullPolicy", pullPolicy(container.string("image", "")));
    Absent.text(container, "terminationMessagePath", "/dev/termination-log");
    Absent.text(container, "terminationMessagePolicy", "File");
    for (JsonObject port : container.objects("ports")) {
      Absent.text(port, "protocol", "TCP");
    }
    for (JsonObject variable : container.objects("env")) {
      fieldRef(variable.object("valueFrom"));
    }
    JsonObject resources = container.object("resources");
    if (resources != null) {
      roundUp(resources.object("limits"));
      roundUp(resources.object("requests"));
    }
    for (String probe : new String[] {"livenessProbe", "readinessProbe", "startupProbe"}) {
      probe(container.object(probe));
    }
    JsonObject lifecycle = container.object("lifecycle");
    if (lifecycle != null) {
      httpGet(lifecycle.object("postStart"));
      httpGet(lifecycle.object("preStop"));
    }
  }

  /** Always for what may move: the tag latest, or neither tag nor digest. */
  static String pullPolicy(String image) {
    return ImageName.parse(image).latest() ? "Always" : "IfNotPresent";
  }

  private static void probe(@Nullable JsonObject probe) {
    if (probe == null) {
      return;
    }
    Absent.number(probe, "timeoutSeconds", 1);
    Absent.number(probe, "periodSeconds", 10);
    Absent.number(probe, "successThreshold", 1);
    Absent.number(probe, "failureThreshold", 3);
    httpGet(probe);
    JsonObject grpc = probe.object("grpc");
    if (grpc != null) {
      Absent.put(grpc, "service", "");
    }
  }

  private static void httpGet(@Nullable JsonObject handler) {
    JsonObject httpGet = handler == null ? null : handler.object("httpGet");
    if (httpGet != null) {
      Absent.text(httpGet, "path", "/");
      Absent.text(httpGet, "scheme", "HTTP");
    }
  }

  static void fieldRef(@Nullable JsonObject source) {
    JsonObject fieldRef = source == null ? null : source.object("fieldRef");
    if (fieldRef != null) {
      Absent.text(fieldRef, "apiVersion", "v1");
    }
  }

  private static void requestsFromLimits(JsonObject container) {
    JsonObject resources = container.object("resources");
    JsonObject limits = resources == null ? null : resources.object("limits");
    if (resources == null || limits == null) {
      return;
    }
    JsonObject requests = resources.ensureObject("requests");
    limits.forEach((name, limit) -> {
      if (limit != null) {
        Absent.put(requests, name, limit);
      }
    });
  }

  private static void hostPorts(JsonObject container) {
    for (JsonObject port : container.objects("ports")) {
      Absent.number(port, "hostPort", port.integer("containerPort", 0));
    }
  }

  /** Resources are kept in thousandths at the finest. */
  static void roundUp(@Nullable JsonObject resources) {
    if (resources == null) {
      return;
    }
    for (int i = 0; i < resources.size(); i++) {
      Object amount = resources.valueAt(i);
      if (amount instanceof String text && (text.endsWith("n") || text.endsWith("u"))) {
        resources.setValueAt(i, Quantity.parse(text).roundedToMilli().toString());
      }
    }
  }
}
