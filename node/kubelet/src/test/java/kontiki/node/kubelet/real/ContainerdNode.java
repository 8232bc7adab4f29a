package kontiki.node.kubelet.real;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import kontiki.node.cri.CriClient;
import kontiki.node.cri.CriException;
import kontiki.node.cri.pb.PodSandbox;
import kontiki.node.cri.pb.PodSandboxFilter;
import kontiki.node.cri.pb.RuntimeCondition;
import kontiki.node.kubelet.image.Architecture;
import kontiki.node.kubelet.image.ImageArchive;
import kontiki.node.kubelet.volume.LinuxMounts;

/**
 * A containerd of a test's own in a network namespace of its own, with the pause and the sample
 * image. Closing it leaves nothing: no process, mount, cgroup, namespace or file.
 */
final class ContainerdNode implements AutoCloseable {
  private static final Path CNI_PLUGINS = Path.of("/usr/lib/cni");
  private static final Path CNI_RESULTS = Path.of("/var/lib/cni/results");
  private static final Path SHIM_SOCKETS = Path.of("/run/containerd/s");
  private static final Path BUSYBOX = Path.of("/bin/busybox");
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final String name;
  private final int subnet;
  private final Path directory;
  private final Set<String> sandboxIds = new LinkedHashSet<>();
  private Process containerd;
  private CriClient client;

  /** Why no such node can be made on this machine; empty when one can. */
  static String missing() {
    if (!"root".equals(System.getProperty("user.name"))) {
      return "not root";
    }
    for (String tool : List.of("containerd", "runc", "ctr", "ip", "nsenter")) {
      if (Stream.of(System.getenv("PATH").split(":"))
          .noneMatch(path -> Files.isExecutable(Path.of(path, tool)))) {
        return "no " + tool;
      }
    }
    if (!Files.isExecutable(CNI_PLUGINS.resolve("bridge"))) {
      return "no CNI plugins in " + CNI_PLUGINS;
    }
    return Files.isExecutable(BUSYBOX) ? "" : "no " + BUSYBOX;
  }

  private ContainerdNode(String name, int subnet, Path directory) {
    this.name = name;
    this.subnet = subnet;
    this.directory = directory;
  }

  static ContainerdNode start() throws Exception {
    int id = ThreadLocalRandom.current().nextInt(2, 250);
    ContainerdNode node =
        new ContainerdNode(
            "kt" + ProcessHandle.current().pid() + "x" + id,
            id,
            Files.createTempDirectory(Path.of("/tmp"), "kt"));
    try {
      node.makeNetwork();
      node.writeConfiguration();
      node.startContainerd();
      node.importImages();
      return node;
    } catch (Exception | AssertionError failure) {
      node.close();
      throw failure;
    }
  }

  CriClient client() {
    return client;
  }

  Path directory() {
    return directory;
  }

  Path socket() {
    return directory.resolve("c.sock");
  }

  String cgroupRoot() {
    return "/" + name;
  }

  /** The machine's address on the link to the node. */
  String address() {
    return "10.201." + subnet + ".1";
  }

  /** Kills containerd without warning. */
  void killContainerd() throws Exception {
    containerd.destroyForcibly().waitFor();
  }

  void startContainerd() throws Exception {
    Files.deleteIfExists(socket());
    containerd =
        new ProcessBuilder(
                "nsenter",
                "--net=/run/netns/" + name,
                "--",
                "setsid",
                "containerd",
                "-c",
                directory.resolve("config.toml").toString())
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(directory.resolve("containerd.log").toFile()))
            .start();
    if (client == null) {
      client = CriClient.open(socket());
    }
    Instant deadline = Instant.now().plus(PATIENCE);
    while (!ready()) {
      if (Instant.now().isAfter(deadline) || !containerd.isAlive()) {
        throw new IllegalStateException(
            "containerd is not ready: " + Files.readString(directory.resolve("containerd.log")));
      }
      boolean unused = containerd.waitFor(20, TimeUnit.MILLISECONDS);
    }
  }

  private boolean ready() {
    try {
      return client.status(false).getStatus().getConditionsList().stream()
          .allMatch(RuntimeCondition::getStatus);
    } catch (CriException notYet) {
      return false;
    }
  }

  private void makeNetwork() throws Exception {
    run("ip", "netns", "add", name);
    run("ip", "-n", name, "link", "set", "lo", "up");
    String host = "kt" + subnet + "h";
    run("ip", "link", "add", host, "type", "veth", "peer", "name", "eth0", "netns", name);
    run("ip", "addr", "add", address() + "/24", "dev", host);
    run("ip", "link", "set", host, "up");
    run("ip", "-n", name, "addr", "add", "10.201." + subnet + ".2/24", "dev", "eth0");
    run("ip", "-n", name, "link", "set", "eth0", "up");
    run("ip", "-n", name, "route", "add", "default", "via", address());
    run("ip", "route", "add", podRange(), "via", "10.201." + subnet + ".2");
    run("nsenter", "--net=/run/netns/" + name, "sysctl", "-qw", "net.ipv4.ip_forward=1");
  }

  private String podRange() {
    return "10.202." + subnet + ".0/24";
  }

  private void writeConfiguration() throws IOException {
    for (String part : List.of("root", "state", "runc", "opt", "cni", "ipam", "logs")) {
      Files.createDirectories(directory.resolve(part));
    }
    Files.writeString(
        directory.resolve("cni/10-test.conflist"),
        """
        {"cniVersion":"0.4.0","name":"%s","plugins":[
          {"type":"bridge","bridge":"cni0","isGateway":true,"isDefaultGateway":true,
           "hairpinMode":true,"ipMasq":false,
           "ipam":{"type":"host-local","dataDir":"%s/ipam","ranges":[[{"subnet":"%s"}]]}}]}
        """
            .formatted(name, directory, podRange()));
    Files.writeString(
        directory.resolve("config.toml"),
        """
        version = 2
        root = "%1$s/root"
        state = "%1$s/state"
        disabled_plugins = ["io.containerd.snapshotter.v1.btrfs",
          "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.aufs",
          "io.containerd.snapshotter.v1.devmapper", "io.containerd.internal.v1.tracing",
          "io.containerd.tracing.processor.v1.otlp"]
        [grpc]
          address = "%1$s/c.sock"
        [plugins."io.containerd.internal.v1.opt"]
          path = "%1$s/opt"
        [plugins."io.containerd.grpc.v1.cri"]
          sandbox_image = "%2$s"
          netns_mounts_under_state_dir = true
          stream_server_address = "127.0.0.1"
          stream_server_port = "0"
          disable_apparmor = true
          restrict_oom_score_adj = true
          [plugins."io.containerd.grpc.v1.cri".cni]
            bin_dir = "%3$s"
            conf_dir = "%1$s/cni"
          [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
            runtime_type = "io.containerd.runc.v2"
            [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
              SystemdCgroup = false
              Root = "%1$s/runc"
        """
            .formatted(directory, ImageArchive.PAUSE, CNI_PLUGINS));
  }

  private void importImages() throws Exception {
    for (ImageArchive image :
        List.of(ImageArchive.pause(Architecture.host()), ImageArchive.kubia(BUSYBOX))) {
      Path tar = directory.resolve("image.tar");
      image.writeTo(tar);
      run("ctr", "-a", socket().toString(), "-n", "k8s.io", "images", "import", tar.toString());
    }
  }

  /**
   * Removes all pods from the engine. A kubelet that was ended in the middle of a start leaves a
   * container behind that the engine does not remove before it has given that start up.
   */
  void removePods() throws InterruptedException {
    for (PodSandbox sandbox : client.listPodSandboxes(PodSandboxFilter.getDefaultInstance())) {
      sandboxIds.add(sandbox.getId());
      Instant deadline = Instant.now().plus(PATIENCE);
      while (!removed(sandbox.getId(), deadline)) {
        boolean unused = containerd.waitFor(20, TimeUnit.MILLISECONDS);
      }
    }
  }

  private boolean removed(String sandbox, Instant deadline) {
    try {
      client.stopPodSandbox(sandbox);
      client.removePodSandbox(sandbox);
      return true;
    } catch (CriException busy) {
      if (!containerd.isAlive() || Instant.now().isAfter(deadline)) {
        throw busy;
      }
      return false;
    }
  }

  @Override
  public void close() {
    try {
      cleanUp();
    } catch (Exception failure) {
      throw new IllegalStateException("the test node " + name + " left something", failure);
    }
  }

  private void cleanUp() throws Exception {
    if (client != null) {
      try {
        removePods();
      } catch (CriException alreadyDown) {
        System.err.println("containerd is down: " + alreadyDown.getMessage());
      }
      client.close();
    }
    if (containerd != null) {
      containerd.destroy();
      if (!containerd.waitFor(5, TimeUnit.SECONDS)) {
        containerd.destroyForcibly().waitFor();
      }
    }
    killShims();
    new LinuxMounts().unmountBelow(directory);
    removeCgroups();
    for (String id : sandboxIds) {
      Files.deleteIfExists(SHIM_SOCKETS.resolve(shimSocket(id)));
      try (DirectoryStream<Path> results = Files.newDirectoryStream(results(), "*-" + id + "-*")) {
        for (Path result : results) {
          Files.deleteIfExists(result);
        }
      }
    }
    tryRun("ip", "link", "del", "kt" + subnet + "h");
    tryRun("ip", "netns", "del", name);
    deleteTree(directory);
  }

  private static Path results() throws IOException {
    return Files.createDirectories(CNI_RESULTS);
  }

  private String shimSocket(String id) throws Exception {
    byte[] key = (socket() + "/k8s.io/" + id).getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(key));
  }

  private void killShims() {
    ProcessHandle.allProcesses()
        .filter(process ->
            process.info().commandLine().map(line -> line.contains(socket() + " ")).orElse(false)
                && process.info().command().map(c -> c.contains("shim")).orElse(false))
        .forEach(ProcessHandle::destroyForcibly);
  }

  private void removeCgroups() throws IOException {
    List<Path> trees = new ArrayList<>();
    try (DirectoryStream<Path> mounted = Files.newDirectoryStream(Path.of("/sys/fs/cgroup"))) {
      mounted.forEach(tree -> trees.add(tree.resolve(name)));
    }
    trees.add(Path.of("/sys/fs/cgroup", name));
    for (Path tree : trees) {
      if (Files.isDirectory(tree)) {
        try (Stream<Path> all = Files.walk(tree)) {
          all.filter(Files::isDirectory)
              .sorted(Comparator.reverseOrder())
              .forEach(cgroup -> {
                boolean unused = cgroup.toFile().delete();
              });
        }
      }
    }
  }

  private static void deleteTree(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      all.sorted(Comparator.reverseOrder())
          .forEach(path -> {
            boolean unused = path.toFile().delete();
          });
    }
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException(String.join(" ", command) + ": " + output);
    }
  }

  private static void tryRun(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    process.waitFor();
  }
}
