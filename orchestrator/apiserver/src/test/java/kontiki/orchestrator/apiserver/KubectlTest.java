package kontiki.orchestrator.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import kontiki.pki.ca.CertificateSet;
import kontiki.pki.ca.PkiDirectory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sessions of real kubectls, the oldest and the newest on the PATH, with an API server on a real
 * etcd; skipped where either is missing. No controllers run: what is checked is what the API server
 * itself does.
 */
class KubectlTest {
  private static final long WITHIN_SECONDS = 60;

  @TempDir static Path folder;

  private static RealEtcd etcd;
  private static TestApiServer server;
  private static Path admin;
  private static Path node;

  @BeforeAll
  static void start() throws IOException {
    Optional<Path> installed = RealEtcd.installed();
    Assumptions.assumeTrue(
        installed.isPresent(), "skipped: no etcd on the PATH (package etcd-server)");
    PkiDirectory pki = RealEtcd.makePki(folder);
    etcd = RealEtcd.start(installed.get(), folder.resolve("etcd"), pki);
    server = TestApiServer.start(folder, pki, etcd.connect(pki));
    admin = server.kubeconfig(CertificateSet.API_SERVER, "admin");
    node = server.kubeconfig(CertificateSet.API_SERVER_NODE, "kn1-client");
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
    if (etcd != null) {
      etcd.close();
    }
  }

  /** The oldest and the newest kubectl that are there, as kubectl.1.27 to kubectl.1.33. */
  static List<Path> kubectls() {
    List<Path> found = new ArrayList<>();
    for (int minor = 27; minor <= 33; minor++) {
      String name = "kubectl.1." + minor;
      Stream.of(System.getenv("PATH").split(":"))
          .map(each -> Path.of(each, name))
          .filter(Files::isExecutable)
          .findFirst()
          .ifPresent(found::add);
    }
    Assumptions.assumeFalse(
        found.isEmpty(), "skipped: no kubectl.1.27 to kubectl.1.33 on the PATH");
    return found.size() == 1 ? found : List.of(found.getFirst(), found.getLast());
  }

  /** One run of kubectl: its exit code, and both outputs together. */
  private record Run(int code, String output) {
    Run ok() {
      assertThat(code).as(output).isZero();
      return this;
    }

    Run fails() {
      assertThat(code).as(output).isNotZero();
      return this;
    }

    Run says(String... parts) {
      assertThat(output).contains(parts);
      return this;
    }
  }

  /** Runs kubectl in a namespace of one version's own. */
  private record Session(Path kubectl, Path kubeconfig, String namespace) {
    Run run(String... arguments) throws IOException, InterruptedException {
      return feed("", arguments);
    }

    Run feed(String input, String... arguments) throws IOException, InterruptedException {
      List<String> command =
          new ArrayList<>(
              List.of(
                  kubectl.toString(),
                  "--kubeconfig=" + kubeconfig,
                  "--cache-dir=" + folder.resolve("cache-" + kubectl.getFileName())));
      if (!namespace.isEmpty()) {
        command.add("--namespace=" + namespace);
      }
      command.addAll(List.of(arguments));
      Path output = Files.createTempFile(folder, "run", ".txt");
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      try (var in = process.getOutputStream()) {
        in.write(input.getBytes(StandardCharsets.UTF_8));
      }
      if (!process.waitFor(WITHIN_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("kubectl hangs: " + command + "\n" + Files.readString(output));
      }
      return new Run(process.exitValue(), Files.readString(output));
    }
  }

  private static Session session(Path kubectl, String what) throws Exception {
    String version = kubectl.getFileName().toString().replace("kubectl.", "").replace('.', '-');
    Session session = new Session(kubectl, admin, what + "-" + version);
    session.run("create", "namespace", session.namespace()).ok();
    session.run("create", "serviceaccount", "default").ok();
    return session;
  }

  private static final String REPLICA_SET =
      """
      apiVersion: apps/v1
      kind: ReplicaSet
      metadata:
        name: kubia
      spec:
        replicas: 3
        selector:
          matchLabels: {app: kubia}
        template:
          metadata:
            labels: {app: kubia}
          spec:
            containers:
            - name: kubia
              image: kontiki/kubia
              ports: [{containerPort: 8080}]
      """;

  @ParameterizedTest
  @MethodSource("kubectls")
  void theSampleSession(Path kubectl) throws Exception {
    Session k = session(kubectl, "sample");
    k.feed(REPLICA_SET, "create", "-f", "-").ok().says("replicaset.apps/kubia created");
    k.feed(REPLICA_SET, "create", "-f", "-").fails().says("already exists");
    k.run("get", "rs", "-o", "wide").ok().says("DESIRED", "CONTAINERS", "kontiki/kubia");
    k.run("get", "rs", "--show-labels").ok().says("LABELS");
    k.run("get", "rs", "kubia", "-o", "yaml").ok().says("resourceVersion:", "image: kontiki/kubia");
    k.run("get", "rs", "kubia", "-o", "jsonpath={.spec.template.spec.dnsPolicy}")
        .ok()
        .says("ClusterFirst");
    k.run("describe", "rs", "kubia").ok().says("Selector:     app=kubia", "0 current / 3 desired");
    k.run("scale", "rs", "kubia", "--replicas=5").ok().says("scaled");
    k.run("get", "rs", "kubia", "-o", "jsonpath={.spec.replicas}").ok().says("5");
    k.run("expose", "rs", "kubia", "--type=NodePort", "--port=80", "--target-port=8080")
        .ok()
        .says("service/kubia exposed");
    k.run("get", "svc", "kubia", "-o", "jsonpath={.spec.clusterIP} {.spec.ports[0].nodePort}")
        .ok()
        .says("10.96.", " 3");
    k.run("label", "rs", "kubia", "tier=back").ok().says("labeled");
    k.run("annotate", "rs", "kubia", "note=hello").ok().says("annotate");
    k.run("get", "rs", "-l", "tier=back", "-o", "name").ok().says("replicaset.apps/kubia");
    k.run("get", "rs", "-l", "tier=front", "-o", "name").ok();
    k.run("delete", "svc", "kubia").ok().says("deleted");
    k.run("delete", "rs", "kubia").ok().says("deleted");
    k.run("get", "rs", "kubia").fails().says("NotFound", "replicasets.apps \"kubia\" not found");
  }

  @ParameterizedTest
  @MethodSource("kubectls")
  void applyAndPatches(Path kubectl) throws Exception {
    Session k = session(kubectl, "apply");
    k.feed(REPLICA_SET, "apply", "-f", "-").ok().says("kubia created");
    k.feed(REPLICA_SET, "apply", "-f", "-").ok().says("kubia unchanged");
    k.feed(REPLICA_SET.replace("replicas: 3", "replicas: 2"), "apply", "-f", "-")
        .ok()
        .says("kubia configured");
    k.run("patch", "rs", "kubia", "-p", "{\"spec\":{\"replicas\":4}}").ok().says("patched");
    k.run("patch", "rs", "kubia", "--type=merge", "-p", "{\"spec\":{\"replicas\":6}}").ok();
    k.run(
            "patch",
            "rs",
            "kubia",
            "--type=json",
            "-p",
            "[{\"op\":\"test\",\"path\":\"/spec/replicas\",\"value\":6},"
                + "{\"op\":\"replace\",\"path\":\"/spec/replicas\",\"value\":7}]")
        .ok();
    k.run("get", "rs", "kubia", "-o", "jsonpath={.spec.replicas}{.metadata.generation}")
        .ok()
        .says("75");
    String stored = k.run("get", "rs", "kubia", "-o", "yaml").ok().output();
    k.feed(stored.replace("replicas: 7", "replicas: 8"), "replace", "-f", "-").ok();
    k.feed(stored.replace("replicas: 7", "replicas: 9"), "replace", "-f", "-")
        .fails()
        .says("Conflict", "the object has been modified");
    k.run("patch", "rs", "kubia", "-p", "{\"spec\":{\"selector\":{\"matchLabels\":{\"a\":\"b\"}}}}")
        .fails()
        .says("field is immutable");
    k.run("create", "deployment", "web", "--image=kontiki/kubia", "--replicas=2")
        .ok()
        .says("deployment.apps/web created");
    k.run("set", "image", "deployment/web", "kubia=kontiki/kubia:v2").ok().says("image updated");
    k.run("create", "configmap", "c", "--from-literal=a=b", "--dry-run=server").ok();
    k.run("get", "configmap", "c").fails().says("not found");
  }

  @ParameterizedTest
  @MethodSource("kubectls")
  void serverSideApply(Path kubectl) throws Exception {
    Session k = session(kubectl, "ssa");
    k.feed(REPLICA_SET, "apply", "--server-side", "-f", "-").ok().says("serverside-applied");
    k.feed(REPLICA_SET, "apply", "--server-side", "-f", "-").ok().says("serverside-applied");
    k.run("get", "rs", "kubia", "--show-managed-fields", "-o", "yaml")
        .ok()
        .says("manager: kubectl", "operation: Apply", "f:replicas");
    String other = REPLICA_SET.replace("replicas: 3", "replicas: 4");
    k.feed(other, "apply", "--server-side", "--field-manager=other", "-f", "-")
        .fails()
        .says("conflict with \"kubectl\"", ".spec.replicas");
    k.feed(other, "apply", "--server-side", "--field-manager=other", "--force-conflicts", "-f", "-")
        .ok();
    k.run("get", "rs", "kubia", "-o", "jsonpath={.spec.replicas}").ok().says("4");
  }

  @ParameterizedTest
  @MethodSource("kubectls")
  void mistakesAreExplained(Path kubectl) throws Exception {
    Session k = session(kubectl, "mistakes");
    k.feed(REPLICA_SET.replace("replicas: 3", "replica: 3"), "create", "-f", "-")
        .fails()
        .says("unknown field \"spec.replica\"");
    k.feed("kind: [", "create", "-f", "-").fails().says("error");
    k.feed(
            REPLICA_SET.replace("{app: kubia}\n  template", "{app: other}\n  template"),
            "create",
            "-f",
            "-")
        .fails()
        .says("`selector` does not match template `labels`");
    k.feed(REPLICA_SET.replace("name: kubia\nspec", "name: Kubia_1\nspec"), "create", "-f", "-")
        .fails()
        .says("RFC 1123 subdomain");
    k.run("get", "nonsense").fails().says("the server doesn't have a resource type");
  }

  @ParameterizedTest
  @MethodSource("kubectls")
  void whatThereIsAndWhoMay(Path kubectl) throws Exception {
    Session k = session(kubectl, "who");
    k.run("version").ok().says("+kontiki");
    k.run("api-resources").ok().says("deployments", "deploy", "apps/v1", "true");
    k.run("api-versions").ok().says("rbac.authorization.k8s.io/v1");
    k.run("explain", "pod.spec.containers.image").ok().says("image", "string");
    k.run("auth", "can-i", "create", "pods").ok().says("yes");
    k.run("auth", "can-i", "list", "secrets", "--as=bob").fails().says("no");
    k.run("create", "rolebinding", "bob", "--clusterrole=view", "--user=bob").ok();
    k.run("auth", "can-i", "list", "pods", "--as=bob").ok().says("yes");
    k.run("auth", "can-i", "list", "secrets", "--as=bob").fails().says("no");
    k.run("get", "secrets", "--as=bob").fails().says("Forbidden", "User \"bob\" cannot list");
    k.run("create", "token", "default").ok().says("ey");
    Session kubelet = new Session(kubectl, node, "");
    kubelet.run("get", "pods", "-A").ok();
    kubelet.run("get", "secrets", "-A").fails().says("Forbidden");
    kubelet.run("delete", "node", "other").fails().says("Forbidden");
  }

  @ParameterizedTest
  @MethodSource("kubectls")
  void podsAndDeletion(Path kubectl) throws Exception {
    Session k = session(kubectl, "pods");
    k.run("run", "p", "--image=kontiki/kubia").ok().says("pod/p created");
    k.run("get", "pod", "p", "-o", "wide").ok().says("Pending", "<none>");
    k.run("get", "pod", "p", "-o", "jsonpath={.spec.volumes[0].projected.sources[*]}")
        .ok()
        .says("serviceAccountToken", "kube-root-ca.crt");
    k.run("describe", "pod", "p").ok().says("QoS Class:", "BestEffort");
    k.run("logs", "p").fails().says("does not have a host assigned");
    k.run("patch", "pod", "p", "-p", "{\"spec\":{\"dnsPolicy\":\"Default\"}}")
        .fails()
        .says("pod updates may not change fields");
    k.run("delete", "pod", "p").ok().says("deleted");
    k.run("get", "pods").ok().says("No resources found");
    k.run("delete", "namespace", k.namespace(), "--wait=false").ok();
    k.run("get", "namespace", k.namespace()).ok().says("Terminating");
    k.run("create", "configmap", "late").fails().says("because it is being terminated");
  }
}
