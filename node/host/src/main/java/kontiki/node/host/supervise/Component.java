package kontiki.node.host.supervise;

import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;

/**
 * One process that the supervisor keeps running.
 *
 * @param name such as {@code apiserver} or {@code kn1/kubelet}
 * @param command what to run
 * @param environment variables to add
 * @param needs components that must have been healthy once before the first start
 */
public record Component(
    String name,
    List<String> command,
    SortedMap<String, String> environment,
    Path log,
    List<String> needs,
    Probe probe) {

  public Component {
    command = List.copyOf(command);
    needs = List.copyOf(needs);
  }
}
