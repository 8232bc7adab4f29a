package kontiki.node.cri.fake;

import java.time.InstantSource;
import kontiki.node.cri.CriContract;
import kontiki.node.cri.CriRuntime;

class FakeRuntimeTest extends CriContract {
  private final FakeRuntime runtime = new FakeRuntime(InstantSource.system());

  FakeRuntimeTest() {
    runtime.addImage(image());
  }

  @Override
  protected CriRuntime runtime() {
    return runtime;
  }

  @Override
  protected String image() {
    return "localhost/shell:1";
  }

  @Override
  protected String logDirectory() {
    return "/nowhere";
  }

  @Override
  protected String cgroupParent() {
    return "/nowhere";
  }
}
