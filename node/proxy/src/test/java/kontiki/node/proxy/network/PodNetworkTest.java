package kontiki.node.proxy.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import kontiki.node.proxy.network.PodNetworkPlan.NodeNetwork;
import kontiki.node.proxy.program.Program;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodNetworkTest {

  private static NodeNetwork node(String name, String range, String address) {
    return new NodeNetwork(
        name,
        Optional.of(range).filter(text -> !text.isEmpty()),
        Optional.of(address).filter(text -> !text.isEmpty()));
  }

  @Test
  void routesLeadToTheOtherNodesThatAreComplete() {
    PodNetworkPlan plan =
        PodNetworkPlan.of(
            List.of(
                node("kn1", "10.244.1.0/24", "10.200.0.11"),
                node("kn2", "10.244.2.0/24", "10.200.0.12"),
                node("kn3", "10.244.3.0/24", ""),
                node("kn4", "", "10.200.0.14")),
            "kn1");
    assertThat(plan.ownRange()).contains("10.244.1.0/24");
    assertThat(plan.routes()).isEqualTo(Map.of("10.244.2.0/24", "10.200.0.12"));
    TreeMap<String, String> there =
        new TreeMap<>(Map.of("10.244.2.0/24", "10.200.0.99", "10.244.9.0/24", "10.200.0.19"));
    assertThat(plan.missing(there)).isEqualTo(Map.of("10.244.2.0/24", "10.200.0.12"));
    assertThat(plan.surplus(there)).containsOnlyKeys("10.244.9.0/24");
  }

  @Test
  void aConfigurationNeedsACidr() {
    assertThatThrownBy(() -> CniConfiguration.text("10.244.1.0/24\", \"x", Path.of("d")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theKernelHasTheRoutesAndNoOtherIsTouched(@TempDir Path folder) throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    String name = "kr" + ProcessHandle.current().pid() % 100_000;
    Program.run("ip", "netns", "add", name);
    try {
      List<String> ip = List.of("ip", "-n", name);
      run(ip, "link", "add", "eth0", "type", "bridge");
      run(ip, "addr", "add", "10.200.0.11/24", "dev", "eth0");
      run(ip, "link", "set", "eth0", "up");
      run(ip, "route", "add", "10.9.0.0/16", "dev", "eth0");
      PodNetwork network = new PodNetwork(ip, folder.resolve("cni"), folder.resolve("ipam"));
      network.apply(
          PodNetworkPlan.of(
              List.of(
                  node("kn1", "", "10.200.0.11"),
                  node("kn2", "10.244.2.0/24", "10.200.0.12"),
                  node("kn3", "10.244.3.0/24", "10.200.0.13")),
              "kn1"));
      assertThat(run(ip, "route")).contains("10.244.2.0/24 via 10.200.0.12");
      assertThat(folder.resolve("cni")).doesNotExist();
      network.apply(
          PodNetworkPlan.of(
              List.of(
                  node("kn1", "10.244.1.0/24", "10.200.0.11"),
                  node("kn3", "10.244.3.0/24", "10.200.0.23")),
              "kn1"));
      assertThat(run(ip, "route"))
          .contains("10.244.3.0/24 via 10.200.0.23", "10.9.0.0/16")
          .doesNotContain("10.244.2.0/24");
      assertThat(Files.readString(folder.resolve("cni/10-kontiki.conflist")))
          .contains("\"subnet\": \"10.244.1.0/24\"")
          .contains("\"dataDir\": \"" + folder.resolve("ipam") + "\"");
    } finally {
      Program.run("ip", "netns", "del", name);
    }
  }

  private static String run(List<String> ip, String... arguments) throws IOException {
    List<String> command = new java.util.ArrayList<>(ip);
    command.addAll(List.of(arguments));
    return Program.run(command.toArray(String[]::new));
  }
}
