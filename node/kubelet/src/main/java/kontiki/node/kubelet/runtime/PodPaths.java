package kontiki.node.kubelet.runtime;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.nio.file.Path;

/** Where a pod's files are on the node. */
public record PodPaths(Path rootDir, Path logRoot) {
  public Path pods() {
    return rootDir.resolve("pods");
  }

  public Path pod(String uid) {
    return pods().resolve(uid);
  }

  /** The directory of a volume; the plug-in's slash is written as a tilde. */
  public Path volume(String uid, String plugin, String name) {
    return pod(uid).resolve("volumes").resolve(plugin.replace("/", "~")).resolve(name);
  }

  public Path hosts(String uid) {
    return pod(uid).resolve("etc-hosts");
  }

  /** The file of a container run's last words. */
  public Path terminationMessage(String uid, String container, int attempt) {
    return pod(uid).resolve("containers").resolve(container).resolve("termination-" + attempt);
  }

  public Path logs(ObjectMeta pod) {
    return logs(pod.getNamespace(), pod.getName(), pod.getUid());
  }

  public Path logs(String namespace, String name, String uid) {
    return logRoot.resolve(namespace + "_" + name + "_" + uid);
  }

  /** A log file's path inside the pod's log directory. */
  public static String logFile(String container, int attempt) {
    return container + "/" + attempt + ".log";
  }
}
