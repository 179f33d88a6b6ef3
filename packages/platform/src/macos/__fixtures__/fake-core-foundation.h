/*
 * A stand-in for CoreFoundation, so that the bindings are called for real and everything that they create is seen to be
 * released. Values are bytes of a binary property list, as CoreFoundation would write them.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct object {
  int kind, references;
  const uint8_t *bytes;
  long length;
  char name[128];
  /* Of an array its objects; of a dictionary its values, each with its key as its name. */
  struct object **items;
  long count;
} object_t;
enum { TEXT = 1, MATCHING, VALUE, DATA, ARRAY, DICTIONARY };

/* Objects that live, texts aside. */
static int live_objects;

static inline object_t *create(int kind) {
  object_t *object = calloc(1, sizeof *object);
  object->kind = kind;
  object->references = 1;
  if (kind != TEXT) live_objects++;
  return object;
}
static inline object_t *create_value(int kind, const uint8_t *bytes, long length) {
  object_t *value = create(kind);
  value->bytes = bytes;
  value->length = length;
  return value;
}

void *CFStringCreateWithCString(void *allocator, const char *text, uint32_t encoding) {
  (void)allocator;
  if (encoding != 0x08000100) return NULL;
  object_t *object = create(TEXT);
  strncpy(object->name, text, 127);
  return object;
}
/* What holds others releases them. */
void CFRelease(void *pointer) {
  object_t *object = pointer;
  if (--object->references > 0) return;
  for (long i = 0; i < object->count; i++) CFRelease(object->items[i]);
  if (object->kind != TEXT) live_objects--;
  free(object->items);
  free(object);
}
/* A value without bytes stands for one that no property list can hold. */
void *CFPropertyListCreateData(void *allocator, void *pointer, long format, unsigned long options, void *error) {
  (void)allocator; (void)options; (void)error;
  object_t *value = pointer;
  if (format != 200 || (value->kind != VALUE && value->kind != DICTIONARY) || value->length == 0) return NULL;
  return create_value(DATA, value->bytes, value->length);
}
long CFDataGetLength(void *pointer) { return ((object_t *)pointer)->length; }
const void *CFDataGetBytePtr(void *pointer) { return ((object_t *)pointer)->bytes; }
long CFArrayGetCount(void *pointer) { return ((object_t *)pointer)->count; }
const void *CFArrayGetValueAtIndex(void *pointer, long index) { return ((object_t *)pointer)->items[index]; }
const void *CFDictionaryGetValue(void *pointer, void *key) {
  object_t *dictionary = pointer;
  for (long i = 0; i < dictionary->count; i++)
    if (strcmp(dictionary->items[i]->name, ((object_t *)key)->name) == 0) return dictionary->items[i];
  return NULL;
}
