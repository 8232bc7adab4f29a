package kontiki.node.kubelet.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import kontiki.node.cri.pb.DNSConfig;
import kontiki.node.kubelet.runtime.SandboxSpec;

/** The node's resolver settings from a file as in resolv.conf(5), read at each call. */
public record ResolvConf(Path file) implements SandboxSpec.NodeResolver {
  @Override
  public DNSConfig read() {
    DNSConfig.Builder config = DNSConfig.newBuilder();
    try {
      if (Files.isReadable(file)) {
        for (String line : Files.readAllLines(file)) {
          List<String> words = Arrays.asList(line.strip().split("\\s+"));
          List<String> values = words.subList(1, words.size());
          switch (words.getFirst()) {
            case "nameserver" -> config.addAllServers(values);
            case "search", "domain" -> config.clearSearches().addAllSearches(values);
            case "options" -> config.addAllOptions(values);
            default -> {}
          }
        }
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException("cannot read " + file, unreadable);
    }
    return config.build();
  }
}
