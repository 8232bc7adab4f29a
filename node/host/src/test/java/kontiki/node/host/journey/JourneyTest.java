package kontiki.node.host.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import kontiki.kvstore.api.RequestId;
import kontiki.orchestrator.api.tree.Json;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.client.ApiClient;
import kontiki.orchestrator.client.ApiRequest;
import kontiki.orchestrator.client.ApiTransport;
import kontiki.orchestrator.client.ListOptions;
import kontiki.orchestrator.client.Resource;
import kontiki.orchestrator.client.Watch;
import kontiki.orchestrator.client.WatchEvent;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Keeps docs/journey.md true: follows one request by its id, and what comes of it by revision, from
 * room to room through what the roles answer and log.
 */
@ExtendWith(SharedHouse.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class JourneyTest {
  private static final int WATCH_SECONDS = 240;
  private static final String NAMESPACE = "default";
  private static final String COLLECTION = "/apis/apps/v1/namespaces/default/replicasets";

  private static SmallHouse house;
  private static ApiClient admin;

  @BeforeAll
  static void enter(SmallHouse shared) throws IOException, InterruptedException {
    house = shared;
    admin = house.admin();
  }

  @AfterAll
  static void leave() {
    if (admin != null) {
      admin.close();
    }
  }

  /** What the API server answered to a request that creates something. */
  private record Created(String auditId, String uid, String revision) {}

  @Test
  void oneRequestIsFollowedThroughTheHouse() throws Exception {
    awaitServiceAccount();
    Node node = readyNode();
    String id = "journey-" + UUID.randomUUID();

    // Into the API server, under an id of the client's choice.
    Created replicaSet = create(id, "kubia");
    assertThat(replicaSet.auditId()).isEqualTo(id);
    LogLine access = accessLine(id);
    assertThat(access.value("user")).isEqualTo("kubernetes-admin");
    assertThat(access.value("verb")).isEqualTo("create");
    assertThat(access.value("path")).isEqualTo(COLLECTION);
    assertThat(access.value("code")).isEqualTo("201");

    // Into the store, in one transaction whose revision is the object's version.
    LogLine transaction = transaction("request=" + id);
    assertThat(transaction.value("key")).endsWith("replicasets/default/kubia");
    assertThat(transaction.value("revision")).isEqualTo(replicaSet.revision());

    // Out again to whoever watches, under that revision.
    ReplicaSet seen =
        await(
            admin.resource(ReplicaSet.class).inNamespace(NAMESPACE),
            node,
            one -> one.getMetadata().getUid().equals(replicaSet.uid()));
    assertThat(seen.getMetadata().getResourceVersion()).isEqualTo(replicaSet.revision());

    // The controllers make a pod that names its owner; its revision leads back to their request.
    Resource<Pod> pods = admin.resource(Pod.class).inNamespace(NAMESPACE);
    Pod pod = await(pods, node, one -> isOwnedBy(one, replicaSet.uid()));
    assertThat(pod.getSpec().getNodeName()).isNull();
    LogLine creation = writerOf(pod);
    assertThat(creation.value("user")).isEqualTo("system:kube-controller-manager");
    assertThat(creation.value("verb")).isEqualTo("create");
    assertThat(creation.value("path")).isEqualTo("/api/v1/namespaces/default/pods");
    assertThat(event(node, replicaSet.uid(), "SuccessfulCreate").getMessage())
        .contains(pod.getMetadata().getName());

    // The scheduler binds it.
    Pod bound =
        await(
            pods,
            pod,
            one ->
                one.getMetadata().getUid().equals(pod.getMetadata().getUid())
                    && one.getSpec().getNodeName() != null);
    assertThat(bound.getSpec().getNodeName()).isEqualTo(node.getMetadata().getName());
    LogLine binding = writerOf(bound);
    assertThat(binding.value("user")).isEqualTo("system:kube-scheduler");
    assertThat(binding.value("path"))
        .isEqualTo("/api/v1/namespaces/default/pods/" + pod.getMetadata().getName() + "/binding");
    house.scheduler().line("pod=default/" + pod.getMetadata().getName(), "event=bound", "node=kn1");
    assertThat(event(node, pod.getMetadata().getUid(), "Scheduled").getMessage()).contains("kn1");
  }

  @Test
  void anIdThatIsTooLongIsReplacedByOneThatTheStoreKnowsToo() throws Exception {
    String longest = "l".repeat(RequestId.MAX_LENGTH);
    assertThat(create(longest, "longest").auditId()).isEqualTo(longest);
    assertThat(transaction("request=" + longest).value("key")).endsWith("/longest");

    Created replaced = create(longest + "l", "replaced");
    assertThat(replaced.auditId()).isNotEmpty().isNotEqualTo(longest + "l");
    assertThat(transaction("request=" + replaced.auditId()).value("revision"))
        .isEqualTo(replaced.revision());
  }

  /** The access line of the request that wrote the object as it is here. */
  private static LogLine writerOf(HasMetadata object) throws InterruptedException {
    LogLine transaction = transaction("revision=" + object.getMetadata().getResourceVersion());
    return accessLine(transaction.value("request"));
  }

  private static LogLine accessLine(String id) throws InterruptedException {
    LogLine line = house.apiServer().line("access", "request=" + id);
    assertThat(house.apiServer().linesWith("access", "request=" + id)).containsExactly(line);
    return line;
  }

  private static LogLine transaction(String word) throws InterruptedException {
    String[] words = {"access", "rpc=etcdserverpb.KV/Txn", word, "code=OK", "succeeded=true"};
    LogLine line = house.store().line(words);
    assertThat(house.store().linesWith(words)).containsExactly(line);
    return line;
  }

  private static Created create(String id, String name) throws IOException {
    ApiRequest request =
        ApiRequest.of("POST", COLLECTION, "application/yaml", replicaSet(name))
            .withHeader("Audit-Id", id);
    try (ApiTransport.Answer answer = admin.raw(request)) {
      byte[] body = answer.body().readAllBytes();
      assertThat(answer.status()).as(new String(body, StandardCharsets.UTF_8)).isEqualTo(201);
      JsonObject metadata = Objects.requireNonNull(Json.parseObject(body).object("metadata"));
      return new Created(
          answer.header("Audit-Id"), metadata.string("uid"), metadata.string("resourceVersion"));
    }
  }

  /** Watches from after an earlier write until an object fits. */
  private static <T extends HasMetadata> T await(
      Resource<T> resource, HasMetadata after, Predicate<T> wanted) {
    String from = after.getMetadata().getResourceVersion();
    try (Watch<T> watch = resource.watch(ListOptions.ALL.watchFrom(from, WATCH_SECONDS))) {
      for (WatchEvent<T> event = watch.next(); event != null; event = watch.next()) {
        if (event.type() != WatchEvent.Type.BOOKMARK && wanted.test(event.object())) {
          return event.object();
        }
      }
    }
    throw new AssertionError("no such object among " + resource.ref().qualifiedName());
  }

  private static Event event(HasMetadata after, String uid, String reason) {
    return await(
        admin.resource(Event.class).inNamespace(NAMESPACE),
        after,
        one -> uid.equals(one.getInvolvedObject().getUid()) && reason.equals(one.getReason()));
  }

  private static void awaitServiceAccount() {
    Resource<ServiceAccount> accounts = admin.resource(ServiceAccount.class).inNamespace(NAMESPACE);
    if (accounts.find("default").isEmpty()) {
      var unused =
          await(
              accounts,
              admin.resource(Namespace.class).get(NAMESPACE),
              one -> one.getMetadata().getName().equals("default"));
    }
  }

  private static boolean isOwnedBy(Pod pod, String uid) {
    return pod.getMetadata().getOwnerReferences().stream()
        .anyMatch(owner -> owner.getUid().equals(uid));
  }

  /** A node without a kubelet: pods may be bound to it, and nothing runs them. */
  private static Node readyNode() {
    Map<String, Quantity> resources =
        Map.of("cpu", new Quantity("4"), "memory", new Quantity("4Gi"), "pods", new Quantity("9"));
    Resource<Node> nodes = admin.resource(Node.class);
    Node fresh = new NodeBuilder().withNewMetadata().withName("kn1").endMetadata().build();
    Node ready =
        new NodeBuilder(nodes.create(fresh))
            .withNewStatus()
            .withAllocatable(resources)
            .withCapacity(resources)
            .addNewCondition()
            .withType("Ready")
            .withStatus("True")
            .endCondition()
            .endStatus()
            .build();
    ready.getMetadata().setResourceVersion(null);
    return nodes.updateStatus(ready);
  }

  private static byte[] replicaSet(String name) {
    return """
    apiVersion: apps/v1
    kind: ReplicaSet
    metadata: {name: %s}
    spec:
      replicas: 1
      selector: {matchLabels: {app: %s}}
      template:
        metadata: {labels: {app: %s}}
        spec: {containers: [{name: kubia, image: kontiki/kubia}]}
    """
        .formatted(name, name, name)
        .getBytes(StandardCharsets.UTF_8);
  }
}
