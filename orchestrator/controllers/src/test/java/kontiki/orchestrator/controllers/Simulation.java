package kontiki.orchestrator.controllers;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import kontiki.orchestrator.client.ApiClient;
import kontiki.orchestrator.client.ApiException;
import kontiki.orchestrator.client.DeleteOptions;
import kontiki.orchestrator.client.Events;
import kontiki.orchestrator.client.Informer;
import kontiki.orchestrator.client.InformerSet;
import kontiki.orchestrator.client.ListOptions;
import kontiki.orchestrator.client.NodeSelectors;
import kontiki.orchestrator.client.Pods;
import kontiki.orchestrator.client.Resource;
import kontiki.orchestrator.client.Timestamps;
import kontiki.orchestrator.client.WorkLoop;
import kontiki.orchestrator.client.memory.MemoryApi;
import kontiki.orchestrator.client.memory.SteppingClock;
import kontiki.orchestrator.controllers.nodeipam.PodRanges;
import kontiki.orchestrator.controllers.serviceaccount.TokenSigner;

/**
 * All control loops against an API server in memory, on one thread and one clock: each step lets a
 * random informer, loop or node act. The nodes are the simplest that could be: they start what is
 * bound to them and end what is deleted.
 */
final class Simulation {
  /** A key of no cluster. */
  private static final String KEY = key();

  final SteppingClock clock = new SteppingClock();
  final RandomGenerator random;
  final MemoryApi api;
  final ApiClient client;
  final List<String> events = new ArrayList<>();
  private final List<Informer<?>> informers = new ArrayList<>();
  private final List<WorkLoop<?>> loops = new ArrayList<>();
  private BooleanSupplier invariant = () -> true;
  private boolean faulty;
  private int address;

  Simulation(long seed) {
    System.out.println("simulation seed=" + seed);
    random = new java.util.Random(seed);
    api = new MemoryApi(clock, random);
    client = new ApiClient(api);
    Cluster cluster = new Cluster(new InformerSet(client, clock, random));
    ControllerContext context =
        new ControllerContext(client, cluster, component -> new Notes(), clock, random);
    ControllerOptions options =
        new ControllerOptions(
            "CA",
            Optional.of(TokenSigner.ofPem(KEY)),
            PodRanges.of("10.244.0.0/16", 24),
            Duration.ofSeconds(40),
            1);
    ControllerSet set = new ControllerSet(context, options, informers::add);
    informers.addAll(cluster.informers().all());
    set.controllers().forEach(controller -> loops.addAll(controller.loops()));
    client.resource(Namespace.class).create(namespace("default"));
  }

  private static String key() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      byte[] der = generator.generateKeyPair().getPrivate().getEncoded();
      return "-----BEGIN PRIVATE KEY-----\n"
          + Base64.getMimeEncoder().encodeToString(der)
          + "\n-----END PRIVATE KEY-----\n";
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static Namespace namespace(String name) {
    return new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build();
  }

  /** What must hold after each step. */
  void invariant(BooleanSupplier check) {
    this.invariant = check;
  }

  void addNode(String name) {
    Node node =
        new NodeBuilder()
            .withNewMetadata()
            .withName(name)
            .endMetadata()
            .withNewStatus()
            .addNewCondition()
            .withType("Ready")
            .withStatus("True")
            .withLastHeartbeatTime(Timestamps.format(clock.instant()))
            .endCondition()
            .endStatus()
            .build();
    client.resource(Node.class).create(node);
  }

  Resource<Pod> pods() {
    return client.resource(Pod.class).inNamespace("default");
  }

  List<Pod> activePods() {
    return pods().listAll(ListOptions.ALL).items().stream().filter(Pods::isActive).toList();
  }

  /** From now on requests and watches fail now and then. */
  void faults(boolean on) {
    this.faulty = on;
    api.faults((method, path) -> {
      int dice = on ? random.nextInt(40) : 99;
      return dice < 4 ? MemoryApi.Fault.values()[dice] : MemoryApi.Fault.NONE;
    });
  }

  /** Lets everything act in random order for so many steps. */
  void run(int steps) {
    for (int i = 0; i < steps; i++) {
      step();
      check(i);
    }
  }

  private void check(int step) {
    boolean was = faulty;
    faults(false);
    if (!invariant.getAsBoolean()) {
      throw new AssertionError("the invariant is broken after step " + step + "; " + events);
    }
    faults(was);
  }

  private void step() {
    int dice = random.nextInt(100);
    if (dice < 2) {
      clock.advance(Duration.ofMillis(random.nextInt(2000)));
    } else if (dice < 4 && faulty) {
      breakSomething();
    } else if (dice < 45) {
      informers.get(random.nextInt(informers.size())).poll();
    } else if (dice < 80) {
      work(loops.get(random.nextInt(loops.size())));
    } else {
      nodeActs();
    }
  }

  private void breakSomething() {
    switch (random.nextInt(3)) {
      case 0 -> api.breakWatches();
      case 1 -> api.endWatches();
      default -> api.compact();
    }
  }

  private boolean work(WorkLoop<?> loop) {
    try {
      return loop.step();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Runs without faults until nothing is left to do and the goal holds. */
  void settle(BooleanSupplier goal) {
    faults(false);
    for (int round = 0; round < 60; round++) {
      boolean busy = true;
      for (int i = 0; i < 200 && busy; i++) {
        busy = false;
        for (Informer<?> informer : List.copyOf(informers)) {
          busy |= informer.poll();
        }
        for (WorkLoop<?> loop : loops) {
          busy |= work(loop);
        }
        busy |= nodeActs();
        check(i);
      }
      if (!busy && goal.getAsBoolean()) {
        return;
      }
      clock.advance(Duration.ofSeconds(1));
    }
    throw new AssertionError(
        "not settled; pods: "
            + activePods().stream().map(p -> p.getMetadata().getName()).toList()
            + "; events: "
            + events);
  }

  /** Binds, starts or ends one pod; false when there is nothing of that to do. */
  private boolean nodeActs() {
    boolean was = faulty;
    faults(false);
    try {
      for (Pod pod : client.resource(Pod.class).listAll(ListOptions.ALL).items()) {
        if (actOn(pod)) {
          return true;
        }
      }
      return false;
    } finally {
      faults(was);
    }
  }

  private boolean actOn(Pod pod) {
    Resource<Pod> there = client.resource(Pod.class).inNamespace(pod.getMetadata().getNamespace());
    String name = pod.getMetadata().getName();
    List<Node> nodes = client.resource(Node.class).listAll(ListOptions.ALL).items();
    if (Pods.isTerminating(pod) && !Pods.nodeName(pod).isEmpty()) {
      there.deleteIfPresent(name, DeleteOptions.force(pod.getMetadata().getUid()));
      return true;
    }
    if (Pods.isTerminating(pod) || nodes.isEmpty() || random.nextInt(4) == 0) {
      return false;
    }
    if (Pods.nodeName(pod).isEmpty()) {
      List<String> fitting =
          nodes.stream()
              .filter(node -> NodeSelectors.matches(pod.getSpec(), node))
              .map(node -> node.getMetadata().getName())
              .toList();
      if (fitting.isEmpty()) {
        return false;
      }
      String node = fitting.get(random.nextInt(fitting.size()));
      there.subresource("POST", name, "binding", Map.of("target", Map.of("name", node)));
      return true;
    }
    if (Pods.phase(pod).equals("Pending")) {
      start(there, pod);
      return true;
    }
    return false;
  }

  private void start(Resource<Pod> there, Pod pod) {
    try {
      pod.setStatus(
          new PodStatusBuilder()
              .withPhase("Running")
              .withPodIP("10.244.0." + (++address % 250 + 1))
              .withConditions(
                  new PodConditionBuilder()
                      .withType("Ready")
                      .withStatus("True")
                      .withLastTransitionTime(Timestamps.format(clock.instant()))
                      .build())
              .build());
      there.updateStatus(pod);
    } catch (ApiException e) {
      if (!e.isConflict()) {
        throw e;
      }
    }
  }

  private final class Notes implements Events {
    @Override
    public void normal(HasMetadata about, String reason, String message) {
      events.add(reason + ": " + message);
    }

    @Override
    public void warning(HasMetadata about, String reason, String message) {
      events.add(reason + ": " + message);
    }
  }
}
