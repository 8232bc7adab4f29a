package kontiki.node.kubelet.real;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import kontiki.node.cri.CriContract;
import kontiki.node.cri.CriRuntime;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract of an engine, on a real containerd. */
class ContainerdContractTest extends CriContract {
  private static ContainerdNode node;

  @BeforeAll
  static void startNode() throws Exception {
    String missing = ContainerdNode.missing();
    assumeTrue(missing.isEmpty(), "no containerd can be run here: " + missing);
    node = ContainerdNode.start();
  }

  @AfterAll
  static void stopNode() throws Exception {
    if (node != null) {
      node.close();
    }
  }

  @Override
  protected CriRuntime runtime() {
    return node.client();
  }

  @Override
  protected String image() {
    return "docker.io/kontiki/kubia:latest";
  }

  @Override
  protected String logDirectory() {
    return node.directory().resolve("logs").toString();
  }

  @Override
  protected String cgroupParent() {
    return node.cgroupRoot();
  }
}
