package kontiki.orchestrator.apiserver.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import kontiki.orchestrator.api.catalog.Subresource;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.apiserver.registry.Call;
import kontiki.orchestrator.apiserver.registry.ObjectMeta;
import kontiki.orchestrator.apiserver.registry.ResourceRegistry;
import kontiki.orchestrator.apiserver.status.Failures;
import kontiki.orchestrator.apiserver.status.StatusException;
import kontiki.pki.transport.Headers;
import kontiki.pki.transport.ResponseBody;
import org.jspecify.annotations.Nullable;

/** Serves {@code pods/log}: passes the log on from the kubelet, as it comes. */
final class LogRoute implements Subresources.Handler {
  private static final int BUFFER_BYTES = 16 * 1024;
  private static final int ERROR_MAX_BYTES = 4 * 1024;
  private static final List<String> OPTIONS =
      List.of(
          "follow",
          "previous",
          "sinceSeconds",
          "sinceTime",
          "timestamps",
          "tailLines",
          "limitBytes",
          "stream");

  private final ResourceRegistry registry;
  private final Kubelets kubelets;

  LogRoute(ResourceRegistry registry, Kubelets kubelets) {
    this.registry = registry;
    this.kubelets = kubelets;
  }

  @Override
  public void serve(ApiRequest request, Call call, @Nullable Subresource part)
      throws IOException, InterruptedException {
    if (!request.info().verb().equals("get")) {
      throw Failures.methodNotAllowed();
    }
    JsonObject pod = registry.reader().get(call.ofSubresource(""), "").tree();
    JsonObject spec = pod.ensureObject("spec");
    String container = container(request.query().get("container"), pod, call.name());
    String node = spec.string("nodeName", "");
    if (node.isEmpty()) {
      throw Failures.badRequest("pod " + call.name() + " does not have a host assigned");
    }
    String path = "/containerLogs/" + call.namespace() + "/" + call.name() + "/" + container;
    URI address = kubelets.address(node, path + options(request.query()));
    HttpResponse<InputStream> response =
        send(HttpRequest.newBuilder(address).header("X-Request-Id", request.id()).build());
    try (InputStream log = response.body()) {
      if (response.statusCode() != 200) {
        throw failure(response.statusCode(), log);
      }
      copy(request, log);
    }
  }

  private HttpResponse<InputStream> send(HttpRequest request) throws InterruptedException {
    try {
      return kubelets.client().send(request);
    } catch (IOException e) {
      throw Failures.internal("Get \"" + request.uri() + "\": " + e.getMessage());
    }
  }

  private static void copy(ApiRequest request, InputStream log) throws IOException {
    ResponseBody out = request.stream(200, Headers.of("content-type", "text/plain"));
    // A log that is followed may be silent for long: who waits for it learns of a gone client.
    request.exchange().onClose(() -> closeQuietly(log));
    byte[] buffer = new byte[BUFFER_BYTES];
    for (int read = log.read(buffer); read >= 0; read = log.read(buffer)) {
      out.write(buffer, 0, read);
      out.flush();
    }
  }

  private static void closeQuietly(InputStream stream) {
    Thread.startVirtualThread(() -> {
      try {
        stream.close();
      } catch (IOException e) {
        // It was to end in any case.
        return;
      }
    });
  }

  private static StatusException failure(int code, InputStream body) throws IOException {
    String text = new String(body.readNBytes(ERROR_MAX_BYTES), StandardCharsets.UTF_8).strip();
    return switch (code) {
      case 400 -> Failures.badRequest(text);
      case 404 -> new StatusException(404, "NotFound", text, new JsonObject());
      default -> Failures.internal("the kubelet answered " + code + ": " + text);
    };
  }

  private static String options(Query query) {
    StringBuilder options = new StringBuilder();
    for (String key : OPTIONS) {
      if (query.has(key)) {
        options.append(options.isEmpty() ? '?' : '&').append(key).append('=');
        options.append(URLEncoder.encode(query.get(key), StandardCharsets.UTF_8));
      }
    }
    return options.toString();
  }

  /** The container that is meant; where none is named there must be only one, or a default. */
  static String container(String wanted, JsonObject pod, String podName) {
    List<String> names = new ArrayList<>();
    JsonObject spec = pod.ensureObject("spec");
    for (String list : List.of("containers", "initContainers", "ephemeralContainers")) {
      spec.objects(list).forEach(each -> names.add(each.string("name", "")));
    }
    String name =
        wanted.isEmpty()
            ? ObjectMeta.annotation(pod, "kubectl.kubernetes.io/default-container")
            : wanted;
    if (name.isEmpty()) {
      if (names.size() == 1) {
        return names.getFirst();
      }
      throw Failures.badRequest(
          "a container name must be specified for pod "
              + podName
              + ", choose one of: ["
              + String.join(" ", names)
              + "]");
    }
    if (!names.contains(name)) {
      throw Failures.badRequest("container " + name + " is not valid for pod " + podName);
    }
    return name;
  }
}
