package kontiki.node.host.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kontiki.node.host.cluster.Addresses;
import kontiki.node.host.cluster.ClusterSpec;
import kontiki.node.host.cluster.Layout;
import kontiki.node.kubelet.image.Architecture;
import kontiki.node.kubelet.image.ImageArchive;
import kontiki.node.proxy.program.Program;

/** The container engine of a node: its configuration, and the images that a start needs. */
public final class Engine {

  private static final int STREAM_PORT = 10010;
  private static final Path BUSYBOX = Path.of("/bin/busybox");

  private Engine() {}

  /** Writes the configuration of a node's containerd. */
  public static void configure(ClusterSpec spec, int number) throws IOException {
    Layout layout = spec.layout();
    String node = Addresses.nodeName(number);
    Path engine = layout.engine(node);
    for (String folder : List.of("root", "state", "opt", "runc")) {
      Files.createDirectories(engine.resolve(folder));
    }
    Files.createDirectories(layout.cniConfiguration(node));
    Files.createDirectories(layout.node(node).resolve("certs.d"));
    ClusterSpec.writeWhole(
        layout.node(node).resolve("containerd.toml"), configuration(layout, node, number));
  }

  /**
   * Everything of its own, nothing of the machine's. The score stays as it is, because a process
   * without CAP_SYS_RESOURCE must not lower it: runc would be killed.
   */
  private static String configuration(Layout layout, String node, int number) {
    return """
    version = 2
    root = "%1$s/root"
    state = "%1$s/state"
    oom_score = 0
    disabled_plugins = [
      "io.containerd.snapshotter.v1.btrfs",
      "io.containerd.snapshotter.v1.zfs",
      "io.containerd.snapshotter.v1.aufs",
      "io.containerd.snapshotter.v1.devmapper",
      "io.containerd.internal.v1.tracing",
      "io.containerd.tracing.processor.v1.otlp",
    ]
    [grpc]
      address = "%2$s"
    [plugins."io.containerd.internal.v1.opt"]
      path = "%1$s/opt"
    [plugins."io.containerd.grpc.v1.cri"]
      sandbox_image = "%3$s"
      netns_mounts_under_state_dir = true
      stream_server_address = "%4$s"
      stream_server_port = "%5$d"
      disable_apparmor = true
      restrict_oom_score_adj = true
      [plugins."io.containerd.grpc.v1.cri".cni]
        bin_dir = "%6$s"
        conf_dir = "%7$s"
      [plugins."io.containerd.grpc.v1.cri".registry]
        config_path = "%8$s/certs.d"
      [plugins."io.containerd.grpc.v1.cri".containerd]
        default_runtime_name = "runc"
        snapshotter = "overlayfs"
        [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
          runtime_type = "io.containerd.runc.v2"
          [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
            SystemdCgroup = false
            Root = "%1$s/runc"
    """
        .formatted(
            layout.engine(node),
            layout.engineSocket(node),
            ImageArchive.PAUSE,
            Addresses.nodeAddress(number),
            STREAM_PORT,
            Packages.cniPlugins(),
            layout.cniConfiguration(node),
            layout.node(node));
  }

  /** Makes the archives of the images that Kontiki brings, and returns their files. */
  public static List<Path> makeImages(Layout layout) throws IOException {
    Files.createDirectories(layout.images());
    Path pause = layout.images().resolve("pause.tar");
    Path kubia = layout.images().resolve("kubia.tar");
    if (!Files.exists(pause)) {
      ImageArchive.pause(Architecture.host()).writeTo(pause);
    }
    if (!Files.exists(kubia)) {
      ImageArchive.kubia(BUSYBOX).writeTo(kubia);
    }
    return List.of(pause, kubia);
  }

  /** Gives images to a node's engine. */
  public static void importImages(Layout layout, String node, List<Path> archives)
      throws IOException {
    for (Path archive : archives) {
      Program.run(
          "ctr",
          "--address",
          layout.engineSocket(node).toString(),
          "--namespace",
          "k8s.io",
          "images",
          "import",
          archive.toString());
    }
  }
}
