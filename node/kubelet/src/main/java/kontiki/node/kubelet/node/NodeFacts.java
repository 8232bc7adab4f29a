package kontiki.node.kubelet.node;

import io.fabric8.kubernetes.api.model.NodeSystemInfo;
import io.fabric8.kubernetes.api.model.NodeSystemInfoBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kontiki.node.cri.pb.VersionResponse;
import kontiki.node.kubelet.KubeletConfig;
import kontiki.node.kubelet.image.Architecture;

/**
 * What the machine is and has. Read once.
 *
 * @param capacity cpu, memory, ephemeral-storage, hugepages and pods
 * @param memoryBytes the machine's memory
 */
public record NodeFacts(NodeSystemInfo info, Map<String, Quantity> capacity, long memoryBytes) {
  /** The version of Kubernetes that this kubelet behaves as. */
  public static final String VERSION = "v1.33.0";

  /** Reads the machine; a file that is absent leaves its field empty. */
  public static NodeFacts read(KubeletConfig config, VersionResponse engine) throws IOException {
    long memory = installedMemory();
    Map<String, Quantity> capacity = new LinkedHashMap<>();
    capacity.put("cpu", new Quantity(Integer.toString(Runtime.getRuntime().availableProcessors())));
    capacity.put("memory", new Quantity(memory / 1024 + "Ki"));
    long disk = Files.getFileStore(config.rootDir()).getTotalSpace();
    capacity.put("ephemeral-storage", new Quantity(disk / 1024 + "Ki"));
    capacity.put("pods", new Quantity(Integer.toString(KubeletConfig.MAX_PODS)));
    String machineId = line(Path.of("/etc/machine-id"));
    String product = line(Path.of("/sys/class/dmi/id/product_uuid"));
    NodeSystemInfo info =
        new NodeSystemInfoBuilder()
            .withArchitecture(Architecture.host().oci())
            .withOperatingSystem("linux")
            .withKernelVersion(line(Path.of("/proc/sys/kernel/osrelease")))
            .withBootID(line(Path.of("/proc/sys/kernel/random/boot_id")))
            .withMachineID(machineId)
            .withSystemUUID(product.isEmpty() ? machineId : product)
            .withOsImage(osImage())
            .withContainerRuntimeVersion(
                engine.getRuntimeName()
                    + "://"
                    + engine.getRuntimeVersion().replaceFirst("[~+].*", ""))
            .withKubeletVersion(VERSION)
            .withKubeProxyVersion("")
            .build();
    return new NodeFacts(info, capacity, memory);
  }

  private static long installedMemory() throws IOException {
    for (String line : lines(Path.of("/proc/meminfo"))) {
      if (line.startsWith("MemTotal:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    throw new IOException("/proc/meminfo does not say how much memory there is");
  }

  private static String osImage() throws IOException {
    return lines(Path.of("/etc/os-release")).stream()
        .filter(line -> line.startsWith("PRETTY_NAME="))
        .map(line -> line.substring("PRETTY_NAME=".length()).replace("\"", ""))
        .findFirst()
        .orElse("Linux");
  }

  private static String line(Path file) throws IOException {
    List<String> lines = lines(file);
    return lines.isEmpty() ? "" : lines.getFirst().strip();
  }

  private static List<String> lines(Path file) throws IOException {
    return Files.isReadable(file) ? Files.readAllLines(file) : List.of();
  }
}
