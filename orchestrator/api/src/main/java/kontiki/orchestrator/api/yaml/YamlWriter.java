package kontiki.orchestrator.api.yaml;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kontiki.orchestrator.api.tree.Json;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.api.value.CodePointOrder;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Present;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.DocumentEndEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ImplicitTuple;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.events.StreamEndEvent;
import org.snakeyaml.engine.v2.events.StreamStartEvent;

/** Turns a tree into events for the library's emitter, which lays them out and quotes. */
final class YamlWriter {
  private static final DumpSettings SETTINGS =
      DumpSettings.builder().setWidth(Integer.MAX_VALUE).setIndent(2).build();
  private static final ImplicitTuple IMPLICIT = new ImplicitTuple(true, true);

  private final List<Event> events = new ArrayList<>();

  private YamlWriter() {}

  static String write(@Nullable Object tree) {
    YamlWriter writer = new YamlWriter();
    writer.events.add(new StreamStartEvent());
    writer.events.add(
        new DocumentStartEvent(false, Optional.empty(), java.util.Collections.emptyMap()));
    writer.node(tree);
    writer.events.add(new DocumentEndEvent(false));
    writer.events.add(new StreamEndEvent());
    return new Present(SETTINGS).emitToString(writer.events.iterator());
  }

  private void node(@Nullable Object value) {
    switch (value) {
      case null -> scalar("null", ScalarStyle.PLAIN);
      case JsonObject object -> mapping(object);
      case JsonArray list -> sequence(list);
      case String text -> scalar(text, styleOf(text));
      default -> scalar(new String(Json.write(value), StandardCharsets.UTF_8), ScalarStyle.PLAIN);
    }
  }

  private void mapping(JsonObject object) {
    FlowStyle style = object.isEmpty() ? FlowStyle.FLOW : FlowStyle.BLOCK;
    events.add(new MappingStartEvent(Optional.empty(), Optional.empty(), true, style));
    List<String> keys = new ArrayList<>(object.keys());
    keys.sort(CodePointOrder::compare);
    for (String key : keys) {
      scalar(key, YamlScalar.isAmbiguous(key) ? ScalarStyle.DOUBLE_QUOTED : ScalarStyle.PLAIN);
      node(object.get(key));
    }
    events.add(new MappingEndEvent());
  }

  private void sequence(JsonArray list) {
    FlowStyle style = list.isEmpty() ? FlowStyle.FLOW : FlowStyle.BLOCK;
    events.add(new SequenceStartEvent(Optional.empty(), Optional.empty(), true, style));
    for (Object item : list) {
      node(item);
    }
    events.add(new SequenceEndEvent());
  }

  private static ScalarStyle styleOf(String text) {
    if (YamlScalar.isAmbiguous(text)) {
      return ScalarStyle.DOUBLE_QUOTED;
    }
    return text.indexOf('\n') >= 0 ? ScalarStyle.LITERAL : ScalarStyle.PLAIN;
  }

  private void scalar(String text, ScalarStyle style) {
    events.add(new ScalarEvent(Optional.empty(), Optional.empty(), IMPLICIT, text, style));
  }
}
