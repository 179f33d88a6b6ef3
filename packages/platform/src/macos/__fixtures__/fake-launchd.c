/*
 * A stand-in for ServiceManagement of macOS: the jobs of two domains, each a dictionary as a property list or, where it
 * holds what none can, key by key. WITHOUT_JOBS is a macOS that lists them no more.
 */
#include "fake-core-foundation.h"

#define MOST 256
#define MOST_KEYS 8
typedef struct { int domain; uint8_t *bytes; long length; struct { char name[128]; uint8_t *bytes; long length; } keys[MOST_KEYS]; int key_count; } job_t;
static job_t jobs[MOST];
static int job_count, refuses;

static object_t domains[2] = {{.kind = TEXT, .references = 1, .name = "system"}, {.kind = TEXT, .references = 1, .name = "user"}};
void *const kSMDomainSystemLaunchd = &domains[0];
void *const kSMDomainUserLaunchd = &domains[1];

static uint8_t *copied(const uint8_t *bytes, long length) { return memcpy(malloc((size_t)length + 1), bytes, (size_t)length); }
/* No bytes: it cannot be written as one property list. */
void fake_job(int domain, const uint8_t *bytes, long length) {
  jobs[job_count++] = (job_t){.domain = domain, .bytes = copied(bytes, length), .length = length};
}
/* One more key of the last job; no bytes: it is what no property list can hold. */
void fake_job_key(const char *name, const uint8_t *bytes, long length) {
  job_t *job = &jobs[job_count - 1];
  strncpy(job->keys[job->key_count].name, name, 127);
  job->keys[job->key_count].bytes = copied(bytes, length);
  job->keys[job->key_count++].length = length;
}
void fake_forget(void) { job_count = 0; refuses = 0; }
void fake_refuse(void) { refuses = 1; }
int fake_alive(void) { return live_objects; }

#ifndef WITHOUT_JOBS
void *SMCopyAllJobDictionaries(void *domain) {
  if (refuses || (domain != &domains[0] && domain != &domains[1])) return NULL;
  object_t *array = create(ARRAY);
  array->items = calloc(MOST, sizeof *array->items);
  for (int i = 0; i < job_count; i++) {
    if (&domains[jobs[i].domain] != domain) continue;
    object_t *job = create_value(DICTIONARY, jobs[i].bytes, jobs[i].length);
    job->items = calloc(MOST_KEYS, sizeof *job->items);
    for (int key = 0; key < jobs[i].key_count; key++) {
      object_t *value = create_value(VALUE, jobs[i].keys[key].bytes, jobs[i].keys[key].length);
      strcpy(value->name, jobs[i].keys[key].name);
      job->items[job->count++] = value;
    }
    array->items[array->count++] = job;
  }
  return array;
}
#endif
