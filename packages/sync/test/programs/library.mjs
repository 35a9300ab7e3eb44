export function exported(value) {
  value.withSync(() => value.value++);
}
