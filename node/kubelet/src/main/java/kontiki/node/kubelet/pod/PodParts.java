package kontiki.node.kubelet.pod;

import io.fabric8.kubernetes.api.model.Quantity;
import java.time.InstantSource;
import java.util.Map;
import kontiki.node.cri.CriRuntime;
import kontiki.node.kubelet.runtime.Cgroups;
import kontiki.node.kubelet.runtime.ClusterObjects;
import kontiki.node.kubelet.runtime.SandboxSpec;
import kontiki.node.kubelet.volume.Mounts;

/** What a kubelet gives to the threads of its pods; all of it thread-safe. */
public record PodParts(
    CriRuntime runtime,
    ClusterObjects objects,
    ImagePulls.Credentials credentials,
    Cgroups cgroups,
    Mounts mounts,
    SandboxSpec.NodeResolver resolver,
    PodEvents events,
    PodStatusSink statuses,
    Map<String, Quantity> nodeAllocatable,
    long nodeMemoryBytes,
    InstantSource clock) {}
