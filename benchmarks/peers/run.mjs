// What the .NET program says to a script, and what a script says to it: one line of JSON a measurement.
export const [folder, singles, many] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];

export const report = (work, records, seconds) => console.log(JSON.stringify({ work, records, seconds }));
