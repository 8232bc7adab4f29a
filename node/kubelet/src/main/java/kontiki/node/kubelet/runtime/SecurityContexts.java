package kontiki.node.kubelet.runtime;

import io.fabric8.kubernetes.api.model.Capabilities;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SeccompProfile;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Sysctl;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import kontiki.node.cri.pb.Capability;
import kontiki.node.cri.pb.Image;
import kontiki.node.cri.pb.Int64Value;
import kontiki.node.cri.pb.LinuxContainerSecurityContext;
import kontiki.node.cri.pb.LinuxSandboxSecurityContext;
import kontiki.node.cri.pb.NamespaceMode;
import kontiki.node.cri.pb.NamespaceOption;
import kontiki.node.cri.pb.SecurityProfile;
import kontiki.node.kubelet.plan.Containers;
import org.jspecify.annotations.Nullable;

/** Identities, capabilities, namespaces and profiles; a container's own settings beat its pod's. */
public final class SecurityContexts {
  /** Hidden in an unprivileged container, as the kubelet and every engine have it. */
  private static final List<String> MASKED =
      List.of(
          "/proc/asound",
          "/proc/acpi",
          "/proc/kcore",
          "/proc/keys",
          "/proc/latency_stats",
          "/proc/timer_list",
          "/proc/timer_stats",
          "/proc/sched_debug",
          "/proc/scsi",
          "/sys/firmware",
          "/sys/devices/virtual/powercap");

  private static final List<String> READ_ONLY =
      List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

  private SecurityContexts() {}

  static LinuxSandboxSecurityContext ofSandbox(PodSpec spec) {
    boolean privileged =
        Containers.all(spec).stream()
            .anyMatch(container ->
                container.getSecurityContext() != null
                    && Boolean.TRUE.equals(container.getSecurityContext().getPrivileged()));
    LinuxSandboxSecurityContext.Builder context =
        LinuxSandboxSecurityContext.newBuilder()
            .setNamespaceOptions(namespaces(spec))
            .setPrivileged(privileged)
            .addAllSupplementalGroups(groups(spec))
            .setSeccomp(
                SecurityProfile.newBuilder()
                    .setProfileType(SecurityProfile.ProfileType.RuntimeDefault));
    PodSecurityContext pod = spec.getSecurityContext();
    if (pod != null && pod.getRunAsUser() != null) {
      context.setRunAsUser(value(pod.getRunAsUser()));
      if (pod.getRunAsGroup() != null) {
        context.setRunAsGroup(value(pod.getRunAsGroup()));
      }
    }
    return context.build();
  }

  static Map<String, String> sysctls(PodSpec spec) {
    Map<String, String> sysctls = new LinkedHashMap<>();
    PodSecurityContext pod = spec.getSecurityContext();
    if (pod != null && pod.getSysctls() != null) {
      for (Sysctl sysctl : pod.getSysctls()) {
        sysctls.put(sysctl.getName().replace('/', '.'), sysctl.getValue());
      }
    }
    return sysctls;
  }

  /**
   * The context of one container.
   *
   * @throws ContainerConfigException when the image would run as root and must not
   */
  static LinuxContainerSecurityContext of(
      PodSpec spec, Container container, Image image, Path seccompDir) {
    SecurityContext own =
        Objects.requireNonNullElseGet(container.getSecurityContext(), SecurityContext::new);
    PodSecurityContext pod =
        Objects.requireNonNullElseGet(spec.getSecurityContext(), PodSecurityContext::new);
    boolean privileged = Boolean.TRUE.equals(own.getPrivileged());
    LinuxContainerSecurityContext.Builder context =
        LinuxContainerSecurityContext.newBuilder()
            .setNamespaceOptions(namespaces(spec))
            .setPrivileged(privileged)
            .setReadonlyRootfs(Boolean.TRUE.equals(own.getReadOnlyRootFilesystem()))
            .setNoNewPrivs(Boolean.FALSE.equals(own.getAllowPrivilegeEscalation()))
            .addAllSupplementalGroups(groups(spec))
            .setSeccomp(
                seccomp(
                    own.getSeccompProfile() == null
                        ? pod.getSeccompProfile()
                        : own.getSeccompProfile(),
                    seccompDir))
            .setApparmor(
                SecurityProfile.newBuilder()
                    .setProfileType(SecurityProfile.ProfileType.Unconfined));
    user(context, spec, container, image);
    Capabilities capabilities = own.getCapabilities();
    if (capabilities != null) {
      context.setCapabilities(
          Capability.newBuilder()
              .addAllAddCapabilities(Objects.requireNonNullElse(capabilities.getAdd(), List.of()))
              .addAllDropCapabilities(
                  Objects.requireNonNullElse(capabilities.getDrop(), List.of())));
    }
    if (!privileged && !"Unmasked".equals(own.getProcMount())) {
      context.addAllMaskedPaths(MASKED).addAllReadonlyPaths(READ_ONLY);
    }
    return context.build();
  }

  private static void user(
      LinuxContainerSecurityContext.Builder context,
      PodSpec spec,
      Container container,
      Image image) {
    SecurityContext own =
        Objects.requireNonNullElseGet(container.getSecurityContext(), SecurityContext::new);
    PodSecurityContext pod =
        Objects.requireNonNullElseGet(spec.getSecurityContext(), PodSecurityContext::new);
    Long user = own.getRunAsUser() == null ? pod.getRunAsUser() : own.getRunAsUser();
    Long group = own.getRunAsGroup() == null ? pod.getRunAsGroup() : own.getRunAsGroup();
    Boolean notRoot = own.getRunAsNonRoot() == null ? pod.getRunAsNonRoot() : own.getRunAsNonRoot();
    if (user == null && image.hasUid()) {
      user = image.getUid().getValue();
    }
    if (Boolean.TRUE.equals(notRoot)) {
      checkNotRoot(user, image, container.getName());
    }
    if (user != null) {
      context.setRunAsUser(value(user));
    } else if (!image.getUsername().isEmpty()) {
      context.setRunAsUsername(image.getUsername());
    } else if (group != null) {
      // The engine refuses a group without a user.
      context.setRunAsUser(value(0));
    }
    if (group != null) {
      context.setRunAsGroup(value(group));
    }
  }

  private static void checkNotRoot(@Nullable Long user, Image image, String container) {
    if (user == null && !image.getUsername().isEmpty()) {
      throw new ContainerConfigException(
          "container has runAsNonRoot and image has non-numeric user (%s), cannot verify user is"
                  .formatted(image.getUsername())
              + " non-root (container: "
              + container
              + ")");
    }
    if (user == null || user == 0) {
      throw new ContainerConfigException(
          user == null || image.hasUid() && image.getUid().getValue() == 0
              ? "container has runAsNonRoot and image will run as root (container: "
                  + container
                  + ")"
              : "container's runAsUser breaks non-root policy (container: " + container + ")");
    }
  }

  private static NamespaceOption namespaces(PodSpec spec) {
    NamespaceMode pid = NamespaceMode.CONTAINER;
    if (Boolean.TRUE.equals(spec.getHostPID())) {
      pid = NamespaceMode.NODE;
    } else if (Boolean.TRUE.equals(spec.getShareProcessNamespace())) {
      pid = NamespaceMode.POD;
    }
    return NamespaceOption.newBuilder()
        .setNetwork(
            Boolean.TRUE.equals(spec.getHostNetwork()) ? NamespaceMode.NODE : NamespaceMode.POD)
        .setPid(pid)
        .setIpc(Boolean.TRUE.equals(spec.getHostIPC()) ? NamespaceMode.NODE : NamespaceMode.POD)
        .build();
  }

  private static List<Long> groups(PodSpec spec) {
    PodSecurityContext pod = spec.getSecurityContext();
    List<Long> groups = new ArrayList<>();
    if (pod != null) {
      if (pod.getSupplementalGroups() != null) {
        groups.addAll(pod.getSupplementalGroups());
      }
      if (pod.getFsGroup() != null && !groups.contains(pod.getFsGroup())) {
        groups.add(pod.getFsGroup());
      }
    }
    return groups;
  }

  private static SecurityProfile seccomp(@Nullable SeccompProfile profile, Path directory) {
    SecurityProfile.Builder seccomp =
        SecurityProfile.newBuilder().setProfileType(SecurityProfile.ProfileType.Unconfined);
    if (profile == null) {
      return seccomp.build();
    }
    return switch (profile.getType()) {
      case "RuntimeDefault" ->
          seccomp.setProfileType(SecurityProfile.ProfileType.RuntimeDefault).build();
      case "Localhost" ->
          seccomp
              .setProfileType(SecurityProfile.ProfileType.Localhost)
              .setLocalhostRef(directory.resolve(profile.getLocalhostProfile()).toString())
              .build();
      case null, default -> seccomp.build();
    };
  }

  private static Int64Value value(long value) {
    return Int64Value.newBuilder().setValue(value).build();
  }
}
