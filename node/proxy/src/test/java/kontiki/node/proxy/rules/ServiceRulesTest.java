package kontiki.node.proxy.rules;

import static kontiki.node.proxy.rules.Examples.ending;
import static kontiki.node.proxy.rules.Examples.ready;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServiceRulesTest {

  private static final Path GOLDEN =
      Path.of(System.getProperty("kontiki.root"), "node/proxy/src/test/resources/golden");

  private static RuleSet rules(ServicePort... services) {
    return ServiceRules.of(List.of(services), Examples.PODS, Examples.SERVICES);
  }

  private static void assertGolden(String name, String text) throws IOException {
    Path file = GOLDEN.resolve(name);
    if (Boolean.getBoolean("golden.rewrite")) {
      Files.writeString(file, text);
    }
    assertThat(text).isEqualTo(Files.readString(file));
  }

  @Test
  void noServices() throws IOException {
    assertGolden("empty.nft", rules().replacement());
  }

  @Test
  void everyKindOfService() throws IOException {
    RuleSet all =
        rules(
            Examples.web(ready("10.244.1.2", true), ready("10.244.2.2", false)),
            Examples.sticky(600, ready("10.244.1.3", true), ready("10.244.2.3", false)),
            Examples.localOnly(ready("10.244.1.4", true), ready("10.244.2.4", false)),
            Examples.dns());
    assertGolden("services.nft", all.replacement());
  }

  @Test
  void aChangeTouchesOnlyWhatDiffers() throws IOException {
    RuleSet before =
        rules(
            Examples.web(ready("10.244.1.2", true), ready("10.244.2.2", false)),
            Examples.sticky(600, ready("10.244.1.3", true)));
    RuleSet after =
        rules(
            Examples.web(ready("10.244.1.2", true), ready("10.244.1.9", true)),
            Examples.sticky(600, ready("10.244.1.3", true)),
            Examples.dns(ready("10.244.1.5", true)));
    assertGolden("change.nft", after.changeFrom(before));
    assertThat(after.changeFrom(after)).isEmpty();
  }

  @Test
  void withoutAReadyEndpointThoseThatStillServeAreUsed() {
    ServicePort service = Examples.web(ending("10.244.1.2", true));
    assertThat(service.clusterEndpoints()).containsExactly(ending("10.244.1.2", true));
    ServicePort better = Examples.web(ending("10.244.1.2", true), ready("10.244.2.2", false));
    assertThat(better.clusterEndpoints()).containsExactly(ready("10.244.2.2", false));
    assertThat(better.localEndpoints()).containsExactly(ending("10.244.1.2", true));
  }

  @Test
  void namesStayWithinWhatNftablesTakes() {
    String longName = "n".repeat(63) + "/" + "s".repeat(63) + "/tcp/" + "p".repeat(15);
    ServicePort service =
        new ServicePort(
            longName,
            Protocol.TCP,
            List.of("10.96.0.9"),
            List.of(),
            List.of(),
            80,
            0,
            false,
            false,
            0,
            List.of(ready("10.244.1.2", true), ready("10.244.1.3", true)));
    RuleSet rules = rules(service);
    assertThat(rules.chains().keySet()).allMatch(name -> name.length() < 100);
    assertThat(rules.chains().keySet().stream().filter(name -> name.startsWith("endpoint-")))
        .hasSize(2);
  }

  @Test
  void udpFlowsToWhatIsGoneAreForgotten() {
    ServicePort two = Examples.dns(ready("10.244.1.5", true), ready("10.244.2.5", false));
    ServicePort one = Examples.dns(ready("10.244.2.5", false));
    assertThat(ConntrackPlan.between(List.of(two), List.of(one)))
        .containsExactly(
            List.of(
                "-D",
                "-p",
                "udp",
                "--orig-dst",
                "10.96.0.10",
                "--orig-port-dst",
                "53",
                "--dst-nat",
                "10.244.1.5"),
            List.of("-D", "-p", "udp", "--orig-port-dst", "30053", "--dst-nat", "10.244.1.5"));
    assertThat(ConntrackPlan.between(List.of(Examples.dns()), List.of(one)))
        .containsExactly(
            List.of("-D", "-p", "udp", "--orig-dst", "10.96.0.10", "--orig-port-dst", "53"),
            List.of("-D", "-p", "udp", "--orig-port-dst", "30053"));
    assertThat(ConntrackPlan.between(List.of(one), List.of())).hasSize(2);
    assertThat(ConntrackPlan.between(List.of(one), List.of(one))).isEmpty();
    assertThat(ConntrackPlan.between(List.of(), List.of(Examples.web(ready("10.244.1.2", true)))))
        .isEmpty();
  }
}
