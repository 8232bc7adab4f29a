package kontiki.node.proxy.packets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import kontiki.node.proxy.program.Program;
import kontiki.node.proxy.rules.ConntrackPlan;
import kontiki.node.proxy.rules.Endpoint;
import kontiki.node.proxy.rules.NftablesTable;
import kontiki.node.proxy.rules.Protocol;
import kontiki.node.proxy.rules.RuleSet;
import kontiki.node.proxy.rules.ServicePort;
import kontiki.node.proxy.rules.ServiceRules;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sends packets through the rules, in network namespaces, with the kernel's own nftables. */
class PacketTest {

  private static final Endpoint A = new Endpoint("10.244.1.2", 8080, true, true, true, false);
  private static final Endpoint B = new Endpoint("10.244.1.3", 8080, true, true, true, false);
  private static final Endpoint REMOTE =
      new Endpoint(Lab.REMOTE_POD, 8080, false, true, true, false);
  private static final String SERVICE = "10.96.0.80";

  private static Lab lab;
  private NftablesTable table;

  @BeforeAll
  static void build() throws Exception {
    assumeTrue(Lab.isPossible(), "needs root, nft, nsenter and conntrack");
    lab = new Lab();
    lab.serveTcp(lab.podA, "a", "10.244.1.2", 8080);
    lab.serveTcp(lab.podB, "b", "10.244.1.3", 8080);
    lab.serveTcp(lab.outside, "remote", Lab.REMOTE_POD, 8080);
    lab.serveTcp(lab.outside, "outside", Lab.OUTSIDE_ADDRESS, 6443);
    lab.serveUdp(lab.podA, "a", "10.244.1.2", 8080);
    lab.serveUdp(lab.podB, "b", "10.244.1.3", 8080);
  }

  @AfterAll
  static void end() throws Exception {
    if (lab != null) {
      lab.close();
    }
  }

  @BeforeEach
  void table() {
    table = new NftablesTable(lab.nodeCommand("nft"));
  }

  private void apply(ServicePort... services) throws IOException {
    table.apply(rules(services));
  }

  private static RuleSet rules(ServicePort... services) {
    return ServiceRules.of(List.of(services), "10.244.0.0/16", "10.96.0.0/16");
  }

  private static ServicePort service(int affinitySeconds, Endpoint... endpoints) {
    return new ServicePort(
        "default/web/tcp/",
        Protocol.TCP,
        List.of(SERVICE),
        List.of(),
        List.of(),
        80,
        30080,
        false,
        false,
        affinitySeconds,
        List.of(endpoints));
  }

  private static ServicePort localService(Endpoint... endpoints) {
    return new ServicePort(
        "default/local/tcp/",
        Protocol.TCP,
        List.of(SERVICE),
        List.of(),
        List.of(),
        80,
        30080,
        true,
        true,
        0,
        List.of(endpoints));
  }

  /** The different answers of many connections. */
  private static Set<String> answers(String from, String address, int port) throws Exception {
    Set<String> answers = new TreeSet<>();
    for (int i = 0; i < 24; i++) {
      answers.add(lab.tcp(from, address, port));
    }
    return answers;
  }

  private static void assertRefusedAtOnce(String from, String address, int port) {
    Instant start = Instant.now();
    assertThatThrownBy(() -> lab.tcp(from, address, port)).isInstanceOf(ConnectException.class);
    assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofMillis(500));
  }

  @Test
  void aClusterAddressReachesEveryEndpointAndKeepsThePodsAddress() throws Exception {
    apply(service(0, A, REMOTE));
    assertThat(answers(lab.podB, SERVICE, 80)).containsExactly("a 10.244.1.3", "remote 10.244.1.3");
  }

  @Test
  void anEndpointReachesItselfThroughItsService() throws Exception {
    apply(service(0, A, B));
    assertThat(answers(lab.podA, SERVICE, 80)).containsExactly("a 10.244.1.1", "b 10.244.1.2");
  }

  @Test
  void theNodeItselfReachesAClusterAddress() throws Exception {
    apply(service(0, A, B, REMOTE));
    assertThat(answers(lab.node, SERVICE, 80))
        .containsExactly("a 10.244.1.1", "b 10.244.1.1", "remote 10.200.0.11");
  }

  @Test
  void aNodePortAnswersOnEveryAddressOfTheNode() throws Exception {
    apply(service(0, A, B));
    assertThat(answers(lab.outside, Lab.NODE_ADDRESS, 30080))
        .containsExactly("a 10.244.1.1", "b 10.244.1.1");
    assertThat(answers(lab.node, "127.0.0.1", 30080))
        .containsExactly("a 10.244.1.1", "b 10.244.1.1");
    assertThat(answers(lab.node, Lab.NODE_ADDRESS, 30080)).hasSize(2);
    assertThat(answers(lab.podA, Lab.NODE_ADDRESS, 30080)).hasSize(2);
  }

  @Test
  void anAddressThatNobodyOwnsIsRefusedAtOnce() throws Exception {
    apply(service(0, A));
    assertRefusedAtOnce(lab.podA, "10.96.9.9", 80);
    assertRefusedAtOnce(lab.node, "10.96.9.9", 80);
    assertRefusedAtOnce(lab.podA, SERVICE, 81);
    DatagramChannel client = lab.udp(lab.podA, "10.96.9.9", 53);
    assertThatThrownBy(() -> Lab.ask(client)).isInstanceOf(java.net.PortUnreachableException.class);
  }

  @Test
  void aServiceWithoutEndpointsIsRefusedAtOnce() throws Exception {
    apply(service(0));
    assertRefusedAtOnce(lab.podA, SERVICE, 80);
    assertRefusedAtOnce(lab.node, SERVICE, 80);
    assertRefusedAtOnce(lab.outside, Lab.NODE_ADDRESS, 30080);
  }

  @Test
  void localPolicyKeepsToThisNodeAndKeepsTheClientsAddress() throws Exception {
    apply(localService(A, REMOTE));
    assertThat(answers(lab.outside, Lab.NODE_ADDRESS, 30080)).containsExactly("a 10.200.0.1");
    assertThat(answers(lab.podB, SERVICE, 80)).containsExactly("a 10.244.1.3");
    assertThat(answers(lab.podB, Lab.NODE_ADDRESS, 30080))
        .as("pods are inside: any endpoint")
        .containsExactly("a 10.244.1.3", "remote 10.244.1.3");
    assertThat(answers(lab.node, "127.0.0.1", 30080)).hasSize(2);
  }

  @Test
  void localPolicyWithoutAnEndpointHereDrops() throws Exception {
    apply(localService(REMOTE));
    assertThatThrownBy(() -> lab.tcp(lab.outside, Lab.NODE_ADDRESS, 30080))
        .isInstanceOf(SocketTimeoutException.class);
    assertThatThrownBy(() -> lab.tcp(lab.podA, SERVICE, 80))
        .isInstanceOf(SocketTimeoutException.class);
  }

  @Test
  void aClientStaysWithItsEndpointEvenWhenOtherServicesChange() throws Exception {
    ServicePort sticky = service(60, A, REMOTE);
    apply(sticky);
    List<String> answers = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      answers.add(lab.tcp(lab.podB, SERVICE, 80));
      ServicePort other =
          new ServicePort(
              "default/other/tcp/",
              Protocol.TCP,
              List.of("10.96.0.90"),
              List.of(),
              List.of(),
              80,
              0,
              false,
              false,
              0,
              List.of(i % 2 == 0 ? A : B));
      apply(sticky, other);
    }
    assertThat(Set.copyOf(answers)).hasSize(1);
  }

  @Test
  void udpFollowsItsEndpointsAfterTheOldFlowIsForgotten() throws Exception {
    ServicePort before = dns(A);
    ServicePort after = dns(B);
    apply(before);
    DatagramChannel client = lab.udp(lab.podB, "10.96.0.10", 53);
    assertThat(Lab.ask(client)).isEqualTo("a 10.244.1.3");
    apply(after);
    assertThat(Lab.ask(client)).as("the tracked flow lives on").isEqualTo("a 10.244.1.3");
    for (List<String> call : ConntrackPlan.between(List.of(before), List.of(after))) {
      List<String> command = new ArrayList<>(lab.nodeCommand("conntrack"));
      command.addAll(call);
      Program.attempt("", command);
    }
    assertThat(Lab.ask(client)).startsWith("b ");
  }

  private static ServicePort dns(Endpoint endpoint) {
    return new ServicePort(
        "kube-system/dns/udp/",
        Protocol.UDP,
        List.of("10.96.0.10"),
        List.of(),
        List.of(),
        53,
        0,
        false,
        false,
        0,
        List.of(endpoint));
  }

  @Test
  void aPodReachesTheOutsideUnderItsNodesAddress() throws Exception {
    apply();
    assertThat(lab.tcp(lab.podA, Lab.OUTSIDE_ADDRESS, 6443)).isEqualTo("outside 10.200.0.11");
    assertThat(lab.tcp(lab.podA, Lab.REMOTE_POD, 8080)).isEqualTo("remote 10.244.1.2");
  }

  @Test
  void aLoadBalancersAddressIsOnlyForItsSourceRanges() throws Exception {
    ServicePort service =
        new ServicePort(
            "default/lb/tcp/",
            Protocol.TCP,
            List.of(SERVICE),
            List.of("10.96.7.7"),
            List.of("10.244.1.2/32"),
            80,
            0,
            false,
            false,
            0,
            List.of(B));
    apply(service);
    assertThat(lab.tcp(lab.podA, "10.96.7.7", 80)).startsWith("b ");
    assertThatThrownBy(() -> lab.tcp(lab.podB, "10.96.7.7", 80))
        .isInstanceOf(SocketTimeoutException.class);
  }

  @Test
  void changesStepByStepEndWhereAReplacementEnds() throws Exception {
    List<ServicePort[]> steps =
        List.of(
            new ServicePort[] {},
            new ServicePort[] {service(0, A)},
            new ServicePort[] {service(0, A, B), dns(A)},
            new ServicePort[] {service(30, A, B), dns(B)},
            new ServicePort[] {service(60, B, REMOTE)},
            new ServicePort[] {localService(REMOTE), dns(A)},
            new ServicePort[] {service(0)},
            new ServicePort[] {});
    for (ServicePort[] step : steps) {
      apply(step);
      String stepped = listing();
      new NftablesTable(lab.nodeCommand("nft")).apply(rules(step));
      assertThat(sorted(stepped)).isEqualTo(sorted(listing()));
      // The other table replaced ours as a whole: the same content, so ours may go on.
    }
  }

  @Test
  void whatSomebodyElseChangedIsPutBack() throws Exception {
    apply(service(0, A));
    Program.run(
        lab.nodeCommand("nft", "flush", "chain", "ip", ServiceRules.TABLE, "nat-prerouting")
            .toArray(String[]::new));
    assertRefusedAtOnce(lab.podB, SERVICE, 80);
    table.verify();
    assertThat(lab.tcp(lab.podB, SERVICE, 80)).startsWith("a ");
    table.remove();
    assertThat(Program.run(lab.nodeCommand("nft", "list", "tables").toArray(String[]::new)))
        .doesNotContain(ServiceRules.TABLE);
  }

  private static String listing() throws IOException {
    return Program.run(
        lab.nodeCommand("nft", "-s", "list", "table", "ip", ServiceRules.TABLE)
            .toArray(String[]::new));
  }

  /** Chains are listed in the order in which they were made. */
  private static List<String> sorted(String listing) {
    return listing.lines().map(String::strip).sorted().toList();
  }
}
