/* A stand-in for IOKit of macOS. */
#include "fake-core-foundation.h"

/* Where a property lies: on the entry itself, below or above it. */
typedef struct { char class_name[64]; int service, where; char name[128]; uint8_t bytes[4096]; long length; } property_t;
static property_t properties[512];
static int property_count;
static int refuses;
/* Entries and iterators that live. */
static int live_entries;

typedef struct { uint32_t id; int is_iterator, service; char class_name[64]; } entry_t;
static entry_t entries[512];
static uint32_t last_id;

void fake_forget(void) { property_count = 0; refuses = 0; }
void fake_refuse(void) { refuses = 1; }
int fake_alive(void) { return live_objects + live_entries; }
void fake_property(const char *class_name, int service, int where, const char *name, const uint8_t *bytes, long length) {
  property_t *p = &properties[property_count++];
  memset(p, 0, sizeof *p);
  strncpy(p->class_name, class_name, 63);
  strncpy(p->name, name, 127);
  p->service = service;
  p->where = where;
  memcpy(p->bytes, bytes, (size_t)length);
  p->length = length;
}

static entry_t *entry_of(uint32_t id) {
  for (int i = 0; i < 512; i++) if (entries[i].id == id) return &entries[i];
  return NULL;
}
static uint32_t open_entry(int is_iterator, const char *class_name, int service) {
  entry_t *entry = entry_of(0);
  *entry = (entry_t){.id = ++last_id, .is_iterator = is_iterator, .service = service};
  strncpy(entry->class_name, class_name, 63);
  live_entries++;
  return entry->id;
}
int IOObjectRelease(uint32_t id) {
  entry_t *entry = id == 0 ? NULL : entry_of(id);
  if (entry == NULL) return 268435459; /* MACH_SEND_INVALID_DEST */
  memset(entry, 0, sizeof *entry);
  live_entries--;
  return 0;
}
void *IOServiceMatching(const char *name) {
  object_t *matching = create(MATCHING);
  strncpy(matching->name, name, 127);
  return matching;
}
int IOServiceGetMatchingServices(uint32_t port, void *pointer, uint32_t *iterator) {
  object_t *matching = pointer;
  if (port == 0 && !refuses) *iterator = open_entry(1, matching->name, 0);
  CFRelease(matching);
  return refuses ? (int)0xe00002c1 : 0; /* kIOReturnNotPrivileged */
}
static property_t *find_property(const char *class_name, int service, int where, const char *name) {
  for (int i = 0; i < property_count; i++) {
    property_t *p = &properties[i];
    if (p->service != service || strcmp(p->class_name, class_name) != 0) continue;
    if (name == NULL || (p->where == where && strcmp(p->name, name) == 0)) return p;
  }
  return NULL;
}
uint32_t IOIteratorNext(uint32_t id) {
  entry_t *iterator = entry_of(id);
  if (iterator == NULL || !iterator->is_iterator) return 0;
  if (find_property(iterator->class_name, iterator->service, 0, NULL) == NULL) return 0;
  return open_entry(0, iterator->class_name, iterator->service++);
}
static void *value_of(uint32_t id, int where, object_t *key) {
  entry_t *entry = entry_of(id);
  property_t *p = entry == NULL || entry->is_iterator ? NULL : find_property(entry->class_name, entry->service, where, key->name);
  if (p == NULL) return NULL;
  return create_value(VALUE, p->bytes, p->length);
}
void *IORegistryEntryCreateCFProperty(uint32_t id, void *key, void *allocator, uint32_t options) {
  (void)allocator; (void)options;
  return value_of(id, 0, key);
}
void *IORegistryEntrySearchCFProperty(uint32_t id, const char *plane, void *key, void *allocator, uint32_t options) {
  (void)allocator;
  if (strcmp(plane, "IOService") != 0 || (options & 1) == 0) return NULL;
  return value_of(id, (options & 2) != 0 ? 2 : 1, key);
}
