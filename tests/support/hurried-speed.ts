/** Fast enough that a training of five minutes takes a second. */
export const hurriedSpeed = 300;
