package kontiki.orchestrator.client;

/**
 * Hears of changes, in order, on the informer's one thread: be quick, put a key on a queue. The
 * store already shows the change. Objects are shared: never change them.
 */
public interface ResourceHandler<T> {
  void added(T object);

  void updated(T old, T object);

  /** Gone; the last state known, which may be older than the last real one. */
  void deleted(T object);

  /** A handler that treats all changes alike. */
  static <T> ResourceHandler<T> each(java.util.function.Consumer<T> consumer) {
    return new ResourceHandler<>() {
      @Override
      public void added(T object) {
        consumer.accept(object);
      }

      @Override
      public void updated(T old, T object) {
        consumer.accept(object);
      }

      @Override
      public void deleted(T object) {
        consumer.accept(object);
      }
    };
  }
}
