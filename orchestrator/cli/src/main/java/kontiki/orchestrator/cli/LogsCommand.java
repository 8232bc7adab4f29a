package kontiki.orchestrator.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.Callable;
import kontiki.orchestrator.client.ApiTransport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kontiki ctl logs}: prints what a container wrote. */
@Command(
    name = "logs",
    mixinStandardHelpOptions = true,
    description = "Print what a pod's container wrote.",
    footer = {
      "",
      "Examples:",
      "  kontiki ctl logs web-0",
      "  kontiki ctl logs -f --tail=20 web-0 -c sidecar",
      "  kontiki ctl logs --previous web-0"
    })
final class LogsCommand implements Callable<Integer> {
  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Parameters(paramLabel = "POD", description = "The pod's name, or pod/NAME.")
  private String pod = "";

  @Option(
      names = {"-c", "--container"},
      paramLabel = "NAME",
      description = "The container (default: the pod's only one).")
  private @Nullable String container;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on printing as it writes.")
  private boolean follow;

  @Option(
      names = {"-p", "--previous"},
      description = "The container's run before this one.")
  private boolean previous;

  @Option(names = "--timestamps", description = "With the time of each line.")
  private boolean timestamps;

  @Option(names = "--tail", paramLabel = "N", description = "Only the last N lines.")
  private @Nullable Integer tailLines;

  @Override
  public Integer call() throws IOException {
    String name = pod.startsWith("pod/") ? pod.substring(4) : pod;
    try (Session session = cluster.open()) {
      Discovery.Resource pods = session.discovery().named("pods").getFirst();
      String path = pods.path(session.namespace(), name) + "/log?" + query();
      try (ApiTransport.Answer answer = session.stream(path, "*/*");
          InputStream text = answer.body()) {
        copy(text, System.out);
      }
      return 0;
    }
  }

  private String query() {
    StringBuilder query = new StringBuilder("follow=").append(follow);
    query.append("&previous=").append(previous).append("&timestamps=").append(timestamps);
    if (container != null) {
      query.append("&container=").append(Session.escaped(container));
    }
    if (tailLines != null) {
      query.append("&tailLines=").append(tailLines);
    }
    return query.toString();
  }

  private static void copy(InputStream from, OutputStream to) throws IOException {
    byte[] buffer = new byte[16 << 10];
    for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
      to.write(buffer, 0, n);
      to.flush();
    }
  }
}
