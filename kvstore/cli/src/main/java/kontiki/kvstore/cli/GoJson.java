package kontiki.kvstore.cli;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.Base64;
import java.util.List;
import kontiki.kvstore.api.pb.ResponseHeader;

/**
 * JSON as Go's {@code encoding/json} writes the generated structs of etcd: fields in the order of
 * their declaration, zero values left out, bytes in base64, enums as numbers, a oneof as an object
 * of its own. One instance a document.
 */
public final class GoJson {
  private final StringBuilder text = new StringBuilder();
  private boolean first = true;

  public GoJson open(char bracket) {
    separate();
    text.append(bracket);
    first = true;
    return this;
  }

  public GoJson close(char bracket) {
    text.append(bracket);
    first = false;
    return this;
  }

  public GoJson name(String name) {
    separate();
    quote(name);
    text.append(':');
    first = true;
    return this;
  }

  private void separate() {
    if (!first) {
      text.append(',');
    }
    first = false;
  }

  public GoJson string(String value) {
    separate();
    quote(value);
    return this;
  }

  GoJson bytes(ByteString value) {
    return string(Base64.getEncoder().encodeToString(value.toByteArray()));
  }

  /** A number, true, false or null. */
  public GoJson literal(Object value) {
    separate();
    text.append(value);
    return this;
  }

  public GoJson field(String name, long value) {
    return name(name).literal(value);
  }

  GoJson message(Message message) {
    open('{');
    fields(message);
    return close('}');
  }

  /** The header's fields, inside an object that is open: clientv3 embeds the header so. */
  GoJson header(ResponseHeader header) {
    fields(header);
    return this;
  }

  private void fields(Message message) {
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      if (field.isRepeated()) {
        if (message.getRepeatedFieldCount(field) > 0) {
          name(field.getName()).open('[');
          ((List<?>) message.getField(field)).forEach(value -> value(field, value));
          close(']');
        }
      } else if (message.hasField(field)) {
        if (field.getRealContainingOneof() != null) {
          name(camel(field.getRealContainingOneof().getName())).open('{');
          name(camel(field.getName()));
          value(field, message.getField(field));
          close('}');
        } else {
          name(field.getName());
          value(field, message.getField(field));
        }
      }
    }
  }

  private void value(FieldDescriptor field, Object value) {
    switch (field.getJavaType()) {
      case MESSAGE -> message((Message) value);
      case BYTE_STRING -> bytes((ByteString) value);
      case STRING -> string((String) value);
      case ENUM -> literal(((EnumValueDescriptor) value).getNumber());
      case LONG ->
          literal(
              field.getType() == FieldDescriptor.Type.UINT64
                  ? Long.toUnsignedString((Long) value)
                  : value);
      case INT ->
          literal(
              field.getType() == FieldDescriptor.Type.UINT32
                  ? Integer.toUnsignedString((Integer) value)
                  : value);
      case BOOLEAN, FLOAT, DOUBLE -> literal(value);
    }
  }

  /** response_delete_range is ResponseDeleteRange, as Go's generator names it. */
  private static String camel(String name) {
    var camel = new StringBuilder();
    for (String word : name.split("_", -1)) {
      camel.append(Character.toUpperCase(word.charAt(0))).append(word, 1, word.length());
    }
    return camel.toString();
  }

  /** Go also escapes what HTML would read, and the two line separators of JavaScript. */
  private void quote(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        default -> {
          if (c < ' ' || c == '<' || c == '>' || c == '&' || c == 0x2028 || c == 0x2029) {
            text.append(String.format("\\u%04x", (int) c));
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
