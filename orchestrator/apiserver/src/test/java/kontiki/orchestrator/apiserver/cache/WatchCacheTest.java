package kontiki.orchestrator.apiserver.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kontiki.orchestrator.apiserver.cache.WatchCache.Delivery;
import kontiki.orchestrator.apiserver.storage.Storage;
import org.junit.jupiter.api.Test;

class WatchCacheTest {
  private static final String PREFIX = "/registry/core/things/";

  private final WatchCache cache =
      new WatchCache(
          PREFIX,
          object -> Map.of("metadata.name", object.ensureObject("metadata").string("name", "")));

  private static Storage.Event event(String name, long revision, boolean deletion) {
    String json =
        "{\"kind\":\"Thing\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\""
            + name
            + "\",\"namespace\":\"x\"},\"n\":"
            + revision
            + "}";
    byte[] value = deletion ? null : json.getBytes(StandardCharsets.UTF_8);
    return new Storage.Event(PREFIX + "x/" + name, value, revision);
  }

  private void apply(Storage.Event event) {
    cache.apply(List.of(event), event.revision());
  }

  private static List<String> seen(WatchCache.Cursor cursor) throws InterruptedException {
    List<String> seen = new ArrayList<>();
    if (cursor.poll(0) instanceof Delivery.Changes changes) {
      changes
          .changes()
          .forEach(each -> seen.add(each.type() + " " + each.object().name() + each.revision()));
    }
    return seen;
  }

  @Test
  void anObjectCarriesItsRevision() {
    cache.reset(List.of(), 10);
    apply(event("a", 11, false));
    CachedObject object = cache.snapshot("x/").objects().getFirst();
    assertThat(new String(object.json(), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"kind\":\"Thing\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"11\","
                + "\"name\":\"a\",\"namespace\":\"x\"},\"n\":11}");
    assertThat(object.apiVersion()).isEqualTo("v1");
    assertThat(cache.snapshot("y/").objects()).isEmpty();
  }

  @Test
  void aCursorSeesEveryChangeAfterItsRevisionOnce() throws InterruptedException {
    cache.reset(List.of(), 10);
    apply(event("a", 11, false));
    WatchCache.Cursor fromStart = cache.cursorAfter(10);
    WatchCache.Cursor later = cache.cursorAfter(11);
    apply(event("a", 12, false));
    apply(event("a", 13, true));
    assertThat(seen(fromStart)).containsExactly("ADDED a11", "MODIFIED a12", "DELETED a13");
    assertThat(seen(later)).containsExactly("MODIFIED a12", "DELETED a13");
    assertThat(seen(later)).isEmpty();
  }

  @Test
  void whatTheHistoryDoesNotHoldCannotBeWatched() throws InterruptedException {
    cache.reset(List.of(), 10);
    assertThat(cache.cursorAfter(9)).isNull();
    WatchCache.Cursor slow = cache.cursorAfter(10);
    for (int i = 0; i <= History.LIMIT; i++) {
      apply(event("a", 11 + i, false));
    }
    assertThat(slow.poll(0)).isInstanceOf(Delivery.LeftBehind.class);
    assertThat(cache.cursorAfter(10)).isNull();
    assertThat(cache.cursorAfter(11)).isNotNull();
  }

  @Test
  void aResetEndsEveryCursor() throws InterruptedException {
    cache.reset(List.of(), 10);
    WatchCache.Cursor cursor = cache.cursorAfter(10);
    cache.reset(List.of(), 20);
    assertThat(cursor.poll(0)).isInstanceOf(Delivery.LeftBehind.class);
  }

  @Test
  void changesThatAreAlreadyThereAreNotTakenTwice() throws InterruptedException {
    cache.reset(List.of(), 10);
    WatchCache.Cursor cursor = cache.cursorAfter(10);
    cache.apply(List.of(event("old", 9, false), event("a", 11, false)), 11);
    assertThat(seen(cursor)).containsExactly("ADDED a11");
    assertThat(cache.snapshot("").objects()).hasSize(1);
  }
}
