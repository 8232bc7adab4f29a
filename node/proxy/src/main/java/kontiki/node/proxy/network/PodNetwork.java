package kontiki.node.proxy.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import kontiki.node.proxy.program.Program;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries a {@link PodNetworkPlan} out: routes that bear a protocol number of their own, so that no
 * other route is ever touched, and the configuration that the container engine reads. For one
 * thread.
 */
public final class PodNetwork {

  /** Marks the routes that belong to Kontiki (see rt_protos(5): 64 and up are free). */
  static final String ROUTE_PROTOCOL = "75";

  static final String CONFIGURATION_FILE = "10-kontiki.conflist";

  private static final Logger LOG = LoggerFactory.getLogger(PodNetwork.class);

  private final List<String> ip;
  private final Path configurationFolder;
  private final Path dataFolder;

  /**
   * A pod network of the network namespace that the command runs in.
   *
   * @param ip the command, such as {@code ip}
   * @param configurationFolder where the container engine looks for CNI configurations
   * @param dataFolder where host-local keeps the addresses that it gave away
   */
  public PodNetwork(List<String> ip, Path configurationFolder, Path dataFolder) {
    this.ip = List.copyOf(ip);
    this.configurationFolder = configurationFolder;
    this.dataFolder = dataFolder;
  }

  /** Makes routes and configuration what the plan says. */
  public void apply(PodNetworkPlan plan) throws IOException {
    SortedMap<String, String> there = routes();
    for (Map.Entry<String, String> route : plan.missing(there).entrySet()) {
      ip("route", "replace", route.getKey(), "via", route.getValue(), "proto", ROUTE_PROTOCOL);
      LOG.info("route set: pods={} via={}", route.getKey(), route.getValue());
    }
    for (String gone : plan.surplus(there).keySet()) {
      ip("route", "del", gone, "proto", ROUTE_PROTOCOL);
      LOG.info("route removed: pods={}", gone);
    }
    if (plan.ownRange().isPresent()) {
      writeConfiguration(CniConfiguration.text(plan.ownRange().get(), dataFolder));
    }
  }

  /** Kontiki's routes as the kernel has them. */
  private SortedMap<String, String> routes() throws IOException {
    SortedMap<String, String> routes = new TreeMap<>();
    for (String line : ip("-4", "-o", "route", "show", "proto", ROUTE_PROTOCOL).lines().toList()) {
      String[] words = line.strip().split("\\s+");
      if (words.length >= 3 && words[1].equals("via")) {
        routes.put(words[0], words[2]);
      }
    }
    return routes;
  }

  private void writeConfiguration(String text) throws IOException {
    Path file = configurationFolder.resolve(CONFIGURATION_FILE);
    if (Files.exists(file) && Files.readString(file).equals(text)) {
      return;
    }
    Files.createDirectories(configurationFolder);
    Path fresh = configurationFolder.resolve("." + CONFIGURATION_FILE + ".new");
    Files.writeString(fresh, text);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    LOG.info("CNI configuration written: file={}", file);
  }

  private String ip(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(ip);
    command.addAll(List.of(arguments));
    return Program.run(command.toArray(String[]::new));
  }
}
