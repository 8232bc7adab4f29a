package kontiki.kvstore.server;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What a server said, without the names by which servers differ. */
final class Transcript {
  private static final List<String> IDS = List.of("cluster_id", "member_id", "raft_term");

  private final List<String> lines = new ArrayList<>();

  /** Notes an answer, or the refusal. */
  void add(String question, Supplier<? extends Message> call) {
    String answer;
    try {
      answer = without(IDS, call.get()).toString();
    } catch (RuntimeException e) {
      Status status = Status.fromThrowable(e);
      answer = status.getCode() + ": " + status.getDescription();
    }
    lines.add(question + " -> " + answer);
  }

  void add(String note) {
    lines.add(note);
  }

  List<String> lines() {
    return lines;
  }

  /** The message without the named fields, at any depth. */
  static Message without(List<String> names, Message message) {
    Message.Builder builder = message.toBuilder();
    for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
      if (names.contains(field.getKey().getName())) {
        builder.clearField(field.getKey());
      } else if (field.getValue() instanceof Message nested) {
        builder.setField(field.getKey(), without(names, nested));
      }
    }
    return builder.build();
  }
}
