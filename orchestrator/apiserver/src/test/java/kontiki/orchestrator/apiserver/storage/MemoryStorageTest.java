package kontiki.orchestrator.apiserver.storage;

class MemoryStorageTest extends StorageContract {
  private final MemoryStorage storage = new MemoryStorage();

  @Override
  protected Storage storage() {
    return storage;
  }

  @Override
  protected String prefix() {
    return "/registry/test/things/";
  }
}
