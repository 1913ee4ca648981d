import type { Command } from 'commander';
import { table } from './fill-blocks.ts';

/** Every command of the program that does something, with its arguments and options. */
export function describeCommands(program: Command, path = program.name()): string {
  return program.commands
    .map((command) => {
      const name = `${path} ${command.name()}`;
      return command.commands.length > 0 ? describeCommands(command, name) : describe(command, name);
    })
    .join('\n\n');
}

function describe(command: Command, name: string): string {
  const parts = command.registeredArguments.map((one) => {
    const text = one.variadic ? `${one.name()}...` : one.name();
    return one.required ? `<${text}>` : `[${text}]`;
  });
  const usage = [name, command.options.length > 0 ? '[options]' : '', ...parts].filter(Boolean).join(' ');
  const rows = command.options.map(({ flags, description, mandatory, defaultValue }) => [
    `\`${flags}\``,
    description,
    mandatory ? 'required' : defaultValue ? `\`${defaultValue}\`` : '',
  ]);
  const text = [`### ${name}`, `${command.description()}.`, `\`\`\`sh\n${usage}\n\`\`\``];
  if (rows.length > 0) text.push(table(['option', 'meaning', 'without it'], rows));
  return text.join('\n\n');
}
