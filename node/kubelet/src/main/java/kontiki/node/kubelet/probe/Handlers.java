package kontiki.node.kubelet.probe;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ExecAction;
import io.fabric8.kubernetes.api.model.GRPCAction;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.HTTPHeader;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.TCPSocketAction;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import kontiki.node.cri.CriException;
import kontiki.node.cri.CriRuntime;
import kontiki.node.cri.pb.ExecSyncResponse;
import org.jspecify.annotations.Nullable;

/** Runs the actions of probes and hooks: exec, httpGet, tcpSocket, grpc. Blocks; thread-safe. */
public final class Handlers {
  /** How much of a command's output a message holds. */
  private static final int MAX_OUTPUT = 1024;

  /** Hooks have no time limit of their own but their pod's grace period; this bounds the others. */
  private static final Duration HOOK_LIMIT = Duration.ofMinutes(10);

  private final CriRuntime runtime;

  /** The container that is asked. */
  public record Target(Container container, String containerId, String podIp) {}

  public Handlers(CriRuntime runtime) {
    this.runtime = runtime;
  }

  public HandlerResult probe(Probe probe, Target target) {
    Duration timeout = Duration.ofSeconds(Math.max(1, orElse(probe.getTimeoutSeconds(), 1)));
    if (probe.getExec() != null) {
      return exec(probe.getExec(), target, timeout);
    }
    if (probe.getHttpGet() != null) {
      return http(probe.getHttpGet(), target, timeout, "kube-probe");
    }
    if (probe.getTcpSocket() != null) {
      return tcp(probe.getTcpSocket(), target, timeout);
    }
    if (probe.getGrpc() != null) {
      GRPCAction grpc = probe.getGrpc();
      return GrpcHealth.check(
          target.podIp(),
          grpc.getPort(),
          Objects.requireNonNullElse(grpc.getService(), ""),
          timeout);
    }
    return HandlerResult.bad("the probe has no action");
  }

  /** Runs a hook to its end. */
  public HandlerResult hook(LifecycleHandler hook, Target target) {
    return hook(hook, target, HOOK_LIMIT);
  }

  public HandlerResult hook(LifecycleHandler hook, Target target, Duration limit) {
    if (hook.getExec() != null) {
      return exec(hook.getExec(), target, limit);
    }
    if (hook.getHttpGet() != null) {
      return http(hook.getHttpGet(), target, limit, "kube-lifecycle");
    }
    if (hook.getSleep() != null) {
      return sleep(Duration.ofSeconds(hook.getSleep().getSeconds()), limit);
    }
    return HandlerResult.GOOD;
  }

  private static HandlerResult sleep(Duration asked, Duration limit) {
    try {
      Thread.sleep(asked.compareTo(limit) > 0 ? limit : asked);
      return HandlerResult.GOOD;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return HandlerResult.bad("interrupted");
    }
  }

  private HandlerResult exec(ExecAction action, Target target, Duration timeout) {
    try {
      ExecSyncResponse answer =
          runtime.execSync(
              target.containerId(), action.getCommand(), Math.max(1, timeout.toSeconds()));
      if (answer.getExitCode() == 0) {
        return HandlerResult.GOOD;
      }
      String output = answer.getStdout().toStringUtf8() + answer.getStderr().toStringUtf8();
      return HandlerResult.bad(
          output.isBlank()
              ? "command exited with " + answer.getExitCode()
              : output.substring(0, Math.min(output.length(), MAX_OUTPUT)));
    } catch (CriException failure) {
      return HandlerResult.bad(
          failure.reason() == CriException.Reason.DEADLINE_EXCEEDED
              ? "command timed out after " + timeout.toSeconds() + "s"
              : String.valueOf(failure.getMessage()));
    }
  }

  private static HandlerResult http(
      HTTPGetAction action, Target target, Duration timeout, String agent) {
    int port = port(action.getPort(), target.container());
    if (port <= 0) {
      return HandlerResult.bad("no port named " + action.getPort().getStrVal());
    }
    String host =
        action.getHost() == null || action.getHost().isEmpty() ? target.podIp() : action.getHost();
    String path = Objects.requireNonNullElse(action.getPath(), "/");
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("User-Agent", agent + "/1.0");
    headers.put("Accept", "*/*");
    for (HTTPHeader header :
        Objects.requireNonNullElse(action.getHttpHeaders(), List.<HTTPHeader>of())) {
      headers.put(header.getName(), header.getValue());
    }
    boolean tls = "HTTPS".equals(action.getScheme());
    return new HttpCheck(host, port, path.startsWith("/") ? path : "/" + path, headers, tls)
        .run(timeout);
  }

  private static HandlerResult tcp(TCPSocketAction action, Target target, Duration timeout) {
    int port = port(action.getPort(), target.container());
    String host =
        action.getHost() == null || action.getHost().isEmpty() ? target.podIp() : action.getHost();
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), (int) timeout.toMillis());
      return HandlerResult.GOOD;
    } catch (IOException | IllegalArgumentException refused) {
      return HandlerResult.bad("dial tcp " + host + ":" + port + ": " + refused.getMessage());
    }
  }

  /** The port's number; a name is looked up in the container's ports. */
  static int port(IntOrString port, Container container) {
    if (port.getIntVal() != null) {
      return port.getIntVal();
    }
    String name = port.getStrVal();
    for (ContainerPort candidate :
        Objects.requireNonNullElse(container.getPorts(), List.<ContainerPort>of())) {
      if (name.equals(candidate.getName())) {
        return candidate.getContainerPort();
      }
    }
    return name.matches("\\d{1,5}") ? Integer.parseInt(name) : -1;
  }

  static int orElse(@Nullable Integer value, int otherwise) {
    return value == null ? otherwise : value;
  }
}
