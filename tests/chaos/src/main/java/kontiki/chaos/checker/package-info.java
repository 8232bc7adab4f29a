/** Judges of histories: pure, and never kinder than the evidence. */
@org.jspecify.annotations.NullMarked
package kontiki.chaos.checker;
