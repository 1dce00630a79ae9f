// The assessment results that the .NET scenarios write: same keys, same fields, same values.
const comment = "Submitted on time; second marker agreed; moderated by the board of examiners in its spring session.";

export const keyOf = number =>
  `${String(Number((BigInt(number) * 2654435761n) & 0xffffffffn)).padStart(10, "0")}/${1752 + (number % 7)}`;

export const resultOf = number => ({
  studentId: 10_000 + number,
  assessmentId: 1752 + (number % 7),
  dateSubmitted: number % 240,
  isBanked: false,
  score: number % 101,
  comment,
});
